import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CTRL_C, CTRL_Z, ENTER, fsgiDev, openTerminal } from '../fixtures/pseudo-terminal.ts'
import { answering, makeProject } from '../fixtures/project.ts'
import { isRunning } from '../fixtures/processes.ts'
import { until } from '../fixtures/until.ts'
import type { Project, TestHook } from '../fixtures/project.ts'
import type { PseudoTerminal } from '../fixtures/pseudo-terminal.ts'

const START = fsgiDev('app.ts --port 0') + ENTER
const LOCAL = /(http:\/\/localhost:\d+)\r\n/

/** A page that a browser was asked for is a line of this file. */
const BROWSER = { 'browser.sh': '#!/bin/sh\necho "$1" >> opened.txt\n' }

async function started(
  t: { onTestFinished: TestHook },
  files: Record<string, string> = {},
): Promise<{ terminal: PseudoTerminal; project: Project; url: string }> {
  const project = makeProject(t, { 'app.ts': answering('one'), ...BROWSER, ...files })
  const terminal = await openTerminal(project, { BROWSER: `sh ${project.path('browser.sh')}` })
  terminal.type(START)
  const [, url] = await terminal.see(LOCAL)
  await terminal.see('press h for help')
  return { terminal, project, url: url! }
}

/** What the terminal is like for whoever comes next. */
async function expectCooked(terminal: PseudoTerminal): Promise<void> {
  await terminal.see('prompt$ ')
  terminal.type(`stty -a | tr -d '\\n'; echo " end of stty"${ENTER}`)
  const [settings] = await terminal.see(/speed.* end of stty/)
  expect(settings).toMatch(/ icanon.* echo /)
}

test('h and ? show the keys, u the addresses, r starts the application anew, c empties the screen', async (t) => {
  const { terminal, url } = await started(t, { 'app.ts': 'export default () => new Response(`${process.pid}`)\n' })
  for (const key of ['h', '?', 'H']) {
    terminal.type(key)
    await terminal.see(/r {2}restart the application[^]*o {2}open[^]*i {2}[^]*u {2}[^]*c {2}[^]*q {2}quit[^]*h {2}/)
  }
  terminal.type('u')
  await terminal.see(`${url}\r\n`)
  await terminal.see(`inspector: ${url}/__fsgi/`)
  const first = Number(await (await fetch(url)).text())
  terminal.type('r')
  await terminal.see(/restarted in \d+ ms/)
  expect(Number(await (await fetch(url)).text())).not.toBe(first)
  await until(() => !isRunning(first)) // one that ends leaves the terminal as it is
  terminal.type('c')
  await terminal.see('\u001B[2J\u001B[3J\u001B[H')
  terminal.type('x1 \u001B[A\u001B[15~') // arrows, function keys and other letters are of no interest, and not shown
  terminal.type(ENTER)
  terminal.type('h')
  expect((await terminal.see('  r  ')).before).toBe('\r\n\u001B[2m')
})

test('o opens the page, i the inspector', async (t) => {
  const { terminal, project, url } = await started(t)
  const opened = (): string[] => {
    try {
      return readFileSync(project.path('opened.txt'), 'utf8').trim().split('\n')
    } catch {
      return []
    }
  }
  terminal.type('o')
  await until(() => opened().length === 1, terminal.screen)
  terminal.type('i')
  await terminal.see(`inspector: ${url}/__fsgi/`)
  await until(() => opened().length === 2, terminal.screen)
  expect(opened()).toEqual([url, `${url}/__fsgi/`])
})

test.for([
  ['q', 0],
  [CTRL_C, 0],
  ['\u0004', 0],
  [CTRL_C + CTRL_C, 1],
] as const)('%j quits with code %i, and the terminal is as it was', async ([keys, code], t) => {
  const slow = `export default { start(host) { host.defer(() => new Promise((done) => setTimeout(done, 1500))); return () => new Response() } }`
  const { terminal } = await started(t, code === 1 ? { 'app.ts': slow } : {})
  for (const key of keys) {
    terminal.type(key)
    await new Promise((resolve) => setTimeout(resolve, 100)) // a second signal, not the same one
  }
  await terminal.see('prompt$ ')
  terminal.type(`echo "code $?"${ENTER}`)
  await terminal.see(`code ${code}\r\n`)
  await expectCooked(terminal)
})

test('Ctrl-C while it starts ends it, and a mistake leaves the terminal as it was', async (t) => {
  const project = makeProject(t, {
    'app.ts': `console.log('it starts')\nawait new Promise((done) => setTimeout(done, 60_000))\n`,
  })
  const terminal = await openTerminal(project)
  terminal.type(START)
  await terminal.see('it starts')
  terminal.type(CTRL_C)
  await expectCooked(terminal)
  terminal.type(fsgiDev('gone.ts') + ENTER)
  await terminal.see('fsgi-dev: there is no file gone.ts')
  await expectCooked(terminal)
})

test('after a crash of the server itself the terminal is as it was', async (t) => {
  const project = makeProject(t, {
    'app.ts': answering('one'),
    'crash.mjs': `process.on('SIGUSR2', () => { throw new Error('on purpose') })`,
  })
  const terminal = await openTerminal(project)
  terminal.type(`NODE_OPTIONS="--import ${project.path('crash.mjs')}" ${START}`)
  await terminal.see('press h for help')
  terminal.type(CTRL_Z)
  await terminal.see('prompt$ ')
  terminal.type(`kill -USR2 %1; fg${ENTER}`)
  await terminal.see('Error: on purpose')
  await expectCooked(terminal)
})

test('Ctrl-Z stops it, with the terminal as it was; after fg the keys are there again', async (t) => {
  const { terminal, url } = await started(t)
  terminal.type(CTRL_Z)
  await terminal.see('Stopped')
  await expectCooked(terminal)
  terminal.type(`fg${ENTER}`)
  await terminal.see('fg')
  await until(async () => (await (await fetch(url)).text()) === 'one', terminal.screen)
  await terminal.see('GET')
  terminal.type('h')
  await terminal.see('restart the application')
  terminal.type('q')
  await terminal.see('prompt$ ')
})

test('in the background it runs, and leaves the keyboard to the shell', async (t) => {
  const project = makeProject(t, { 'app.ts': answering('one') })
  const terminal = await openTerminal(project)
  terminal.type(`${fsgiDev('app.ts --port 0')} &${ENTER}`)
  const [, url] = await terminal.see(LOCAL)
  expect(await (await fetch(url!)).text()).toBe('one')
  terminal.type(`echo "shell $((1 + 1))"${ENTER}`)
  await terminal.see('shell 2')
  expect(terminal.screen()).not.toContain('press h')
  terminal.type(`kill %1; wait; echo "code $?"${ENTER}`)
  await terminal.see(/code \d+\r\n/)
})

test('colours are for a terminal; NO_COLOR takes them away', async (t) => {
  const { terminal, url } = await started(t)
  expect(terminal.screen()).toContain('\u001B[2mpress h for help\u001B[22m')
  await fetch(url)
  await terminal.see('\u001B[32m200\u001B[39m')
  terminal.type('q')
  await terminal.see('prompt$ ')
  terminal.type(`NO_COLOR=1 ${START}`)
  const [plain] = await terminal.see(/http[^]*press h for help\r\n/)
  expect(plain).not.toContain('\u001B')
})
