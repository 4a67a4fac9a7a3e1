import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'
import { root, workspace } from '../workspace.ts'

const template = join(root, 'templates/middleware')

/**
 * Copies templates/middleware to `packages/middleware-<name>` below `into`, renamed throughout, and returns that folder.
 * @throws {Error} for a name that is not lower-case words joined by `-`, that is taken, or that cannot be a function's name.
 */
export function copyTemplate(name: string, into: string): string {
  const files = readdirSync(template, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(template.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((file) => !/^(node_modules|dist|\.[^/]+)\/|\.tgz$|^CHANGELOG\.md$/.test(file))
  const names = namesFrom(name)
  refuseTaken(names, into, files)

  const folder = `packages/middleware-${name}`
  for (const file of files) {
    const to = join(into, folder, file.replace('template', name))
    mkdirSync(dirname(to), { recursive: true })
    writeFileSync(to, renamed(file, readFileSync(join(template, file), 'utf8'), names))
  }
  return folder
}

interface Names {
  readonly kebab: string
  readonly camel: string
  readonly pascal: string
}

function namesFrom(kebab: string): Names {
  if (kebab.startsWith('middleware-'))
    throw new Error(`leave 'middleware-' out: '${kebab.slice('middleware-'.length)}'`)
  if (!/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(kebab)) {
    throw new Error(`'${kebab}' must be lower-case words joined by '-', such as 'etag' or 'basic-auth'`)
  }
  const pascal = kebab.replaceAll(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase())
  return { kebab, camel: pascal.charAt(0).toLowerCase() + pascal.slice(1), pascal }
}

function refuseTaken({ kebab, camel }: Names, into: string, files: readonly string[]): void {
  const taken = workspace().find(({ manifest }) => manifest.name === `@fsgi/middleware-${kebab}`)
  if (taken !== undefined) throw new Error(`there is a middleware '${kebab}' already, in ${taken.folder}`)
  const folder = `packages/middleware-${kebab}`
  if (existsSync(join(into, folder))) throw new Error(`${folder} is there already`)
  try {
    void new Script(`'use strict'; function ${camel}() {}`)
  } catch {
    throw new Error(`'${camel}' cannot be the name of a function in JavaScript: take another, such as 'serve-${kebab}'`)
  }
  const used = files.find(
    (file) => file.endsWith('.ts') && new RegExp(`\\b${camel}\\b`).test(readFileSync(join(template, file), 'utf8')),
  )
  if (used !== undefined)
    throw new Error(`'${camel}' means something else in templates/middleware/${used}: take another name`)
}

function renamed(file: string, text: string, { kebab, camel, pascal }: Names): string {
  const result = text
    .replaceAll('templates/middleware', `packages/middleware-${kebab}`)
    .replaceAll('middleware-template', `middleware-${kebab}`)
    .replaceAll(/(?<=\.\/)template/g, kebab)
    .replaceAll('Template', pascal)
    .replaceAll('template', camel)
  if (file === 'package.json') return result.replace(/^ *"private": true,\n/m, '')
  // The template's last section is about the template.
  return file === 'README.md' ? result.replace(new RegExp(`\n## The ${camel}\n[^]*`), '') : result
}
