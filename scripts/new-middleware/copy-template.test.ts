import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { copyTemplate } from './copy-template.ts'
import { manifestRules } from '../check-packages/manifest-rules.ts'
import { manifestAt, root } from '../workspace.ts'

let into = ''
beforeEach(() => {
  into = mkdtempSync(join(tmpdir(), 'fsgi-new-middleware-'))
})
afterEach(() => rmSync(into, { recursive: true }))

describe('pnpm new:middleware', () => {
  test.each(['etag', 'basic-auth'])(
    'makes a package %s whose types and tests pass',
    (name) => {
      const folder = copyTemplate(name, into)
      const made = join(into, folder)
      expect(folder).toBe(`packages/middleware-${name}`)
      expect(readdirSync(join(made, 'src'))).toContain(`${name}.test.ts`)

      for (const file of ['tsconfig.base.json', 'tsconfig.build.json']) symlinkSync(join(root, file), join(into, file))
      symlinkSync(join(root, 'templates/middleware/node_modules'), join(made, 'node_modules'))
      const bin = join(root, 'templates/middleware/node_modules/.bin')
      const types = spawnSync(join(bin, 'tsc'), { cwd: made, encoding: 'utf8' })
      expect(types).toMatchObject({ status: 0, stdout: '' })
      const tests = spawnSync(join(bin, 'vitest'), ['run', '--root', made], { cwd: made, encoding: 'utf8' })
      expect(tests, tests.stdout + tests.stderr).toMatchObject({ status: 0 })
    },
    60_000,
  )

  test('says everywhere what the new one is called, and nowhere what the template is', () => {
    const made = join(into, copyTemplate('basic-auth', into))
    const manifest = manifestAt(made)
    expect(manifest.private).toBeUndefined()
    expect(manifestRules({ folder: 'packages/middleware-basic-auth', manifest })).toEqual([])
    const readme = readFileSync(join(made, 'README.md'), 'utf8')
    expect(readme).toContain("import { basicAuth } from '@fsgi/middleware-basic-auth'")
    for (const file of readdirSync(made, { recursive: true, withFileTypes: true })) {
      const path = join(file.parentPath, file.name)
      if (file.isFile()) expect(`${path}\n${readFileSync(path, 'utf8')}`).not.toMatch(/template/i)
    }
  })

  test.each([
    ['', "'' must be lower-case words"],
    ['Etag', "'Etag' must be lower-case words"],
    ['../etag', "'../etag' must be lower-case words"],
    ['middleware-etag', "leave 'middleware-' out: 'etag'"],
    ['gzip', "there is a middleware 'gzip' already, in packages/middleware-gzip"],
    ['template', "there is a middleware 'template' already, in templates/middleware"],
    ['static', "there is a middleware 'static' already"],
    ['delete', "'delete' cannot be the name of a function in JavaScript"],
    ['reply', "'reply' means something else in templates/middleware/src/"],
  ])('refuses the name %j and writes nothing', (name, message) => {
    expect(() => copyTemplate(name, into)).toThrow(message)
    expect(existsSync(join(into, 'packages'))).toBe(false)
  })

  test('refuses a folder that is there', () => {
    copyTemplate('etag', into)
    expect(() => copyTemplate('etag', into)).toThrow('packages/middleware-etag is there already')
  })
})
