import { expect, test } from 'vitest'
import { runtimes } from '../../../runtimes/index.ts'
import { answering, makeProject } from './fixtures/project.ts'
import { startCommand } from './fixtures/command.ts'
import { until } from './fixtures/until.ts'

test.for(['node20', 'node22', 'node24', 'node26'] as const)(
  'reload, mapped errors and CommonJS on %s',
  async (runtime, t) => {
    for (const type of ['module', 'commonjs']) {
      const project = makeProject(t, {
        'package.json': JSON.stringify({ name: 'shop', type }),
        'app.ts': `import { text } from './text.ts'\nexport default (): Response => new Response(text())\n`,
        'text.ts': `interface A {\n  b: string\n}\n\nexport function text(): string {\n  throw new Error('one')\n}\n`,
      })
      const server = await startCommand(project, ['app.ts'], {}, runtimes[runtime])
      expect(await (await fetch(server.url)).text()).toContain('at text text.ts:6:9')
      project.write('text.ts', `enum Colour { Red = 'red' }\nexport const text = (): string => Colour.Red\n`)
      await until(async () => (await (await fetch(server.url)).text()) === 'red', server.output)
      project.write('text.ts', `export const text = = 'broken'\n`)
      expect(await (await fetch(server.url)).text()).toMatch(/SyntaxError: .*\n {2}at text\.ts:1:21/)
      project.write('app.ts', answering('healed'))
      expect(await (await fetch(server.url)).text()).toBe('healed')
      server.kill('SIGTERM')
      expect(await server.ended).toBe(0)
      expect(server.output()).not.toMatch(/Warning/)
    }
  },
)
