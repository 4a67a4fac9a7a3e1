import { randomBytes } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { isAbsolute, relative, join, resolve } from 'node:path'
import { addressesOf } from './addresses.ts'
import { announce } from './terminal/announce.ts'
import { changeSettings } from './change-settings.ts'
import { devOptions } from './dev-options.ts'
import { editorApp } from './front/editor-app.ts'
import { environment, environmentFiles } from './environment.ts'
import { errorReport } from './errors/error-report.ts'
import { front } from './front/front.ts'
import { internal } from './front/internal.ts'
import { lastApp } from './front/last-app.ts'
import { listen } from './front/listen.ts'
import { livePages } from './front/live-pages.ts'
import { liveScript } from './front/live-script.ts'
import { makeChanges } from './front/changes.ts'
import { inspectorPages } from './inspector/pages.ts'
import { makeInspector } from './inspector/inspector.ts'
import { openBrowser } from './open-browser.ts'
import { privateFolder } from './private-folder.ts'
import { projectOf } from './project.ts'
import { Reloader } from './reload/reloader.ts'
import { Terminal } from './terminal/terminal.ts'
import { tlsOf } from './https/tls-of.ts'
import type { Addresses } from './addresses.ts'
import type { DevOptions } from './dev-options.ts'

/** A development server that runs. */
export interface DevServer {
  /** Where to find it: `http://localhost:3000`. */
  readonly url: string
  readonly port: number
  /** All places where it is found. */
  readonly addresses: Addresses
  /** Starts the application anew. Fulfilled when it has started, or its error can be looked at. */
  restart(): Promise<void>
  /**
   * Takes other options, and starts the application anew if it has to do with them.
   * @returns the names of those that have changed, but count from the next start of the server on.
   * @throws {TypeError} for a wrong option: nothing has changed then.
   */
  change(options: DevOptions): string[]
  /** Stops listening, lets what is in flight finish for a short while, closes the application, and ends its process. */
  close(): Promise<void>
}

/**
 * Runs an application for the person who is writing it: TypeScript without a build, new code as soon as a file is saved,
 * errors as pages. Fulfilled when the application has started, or its error can be looked at.
 *
 * @throws {TypeError} for a wrong option; {Error} for a file that does not exist, NODE_ENV=production, or a port that cannot be had.
 */
export async function startDevServer(options: DevOptions): Promise<DevServer> {
  const settings = devOptions(options)
  const { port, host, open, entry: given } = settings
  const entry = resolve(given)
  if (!existsSync(entry) || !statSync(entry).isFile())
    throw new Error(`there is no file ${given}${isAbsolute(given) ? '' : ` in ${process.cwd()}`}`)
  const { folder, root } = projectOf(entry)
  const tsconfigFile = join(folder, 'tsconfig.json')
  environment(folder)
  const { tls, note } = await tlsOf(settings)

  const terminal = new Terminal(root)
  const sockets = privateFolder()
  const pageToken = secret()
  const reloader = new Reloader(
    {
      files: [...environmentFiles(folder), tsconfigFile, join(folder, 'package.json')],
      env: () => environment(folder),
      tsconfig: () => (existsSync(tsconfigFile) ? tsconfigFile : undefined),
      load: (version) => ({
        entry,
        root,
        lint: settings.lint,
        version,
        pageToken,
        socket: sockets.socket(),
        token: secret(),
      }),
    },
    {
      error: (error, during) => terminal.error(error, during),
      finding: (finding, version) => inspector.findings.heard(finding, version),
      recording: (recording) => inspector.exchanges.heard(recording),
      leftOut: (recordings) => inspector.exchanges.leftOut(recordings),
      changed(version, state, { milliseconds, file }) {
        inspector.codeChanged(version, state.failure?.error.message)
        // the start that follows a crash is told: to load pages once more for both would go on for ever with one that crashes it
        if (state.failure?.crashed !== true) changes.tell('changed', String(version))
        const cause = file === undefined ? '' : `${relative(folder, file)} changed: `
        const time = `in ${Math.round(milliseconds)} ms`
        if (state.failure !== undefined) terminal.error(state.failure.error, cause + state.failure.heading)
        else if (restarting) terminal.note(`restarted ${time}`)
        else if (cause !== '') terminal.note(`${cause}reloaded ${time}`)
        restarting = false
      },
    },
  )
  let restarting = false
  const changes = makeChanges()
  const inspector = makeInspector({
    redact: settings.redact,
    front: () => app,
    finding: (message) => terminal.finding(message),
    report,
  })
  const live = settings.live ? livePages({ folder, changes, warn: (text) => terminal.warn(text) }) : undefined
  const lastResort = (): void => {
    reloader.kill()
    sockets.remove()
  }
  process.once('exit', lastResort)

  async function close(): Promise<void> {
    changes.close()
    inspector.close()
    await Promise.all([listening?.close(), reloader.close(), live?.close()])
    lastResort()
    process.off('exit', lastResort)
  }

  function restart(): Promise<void> {
    restarting = true
    return reloader.reload()
  }

  function change(options: DevOptions): string[] {
    const { now, later } = changeSettings(settings, devOptions(options))
    if (now.includes('lint')) void restart()
    return later
  }

  /** That an answer was cut off is news of the application: its process has told why, or that it is gone tells it. */
  function report(error: unknown): void {
    if ((error as { code?: unknown } | null)?.code !== 'RELAY_CUT') terminal.error(errorReport(error))
  }

  const app = front({
    reloader,
    terminal,
    internal: internal(pageToken, {
      changes: changes.app,
      live: liveScript,
      inspectorPages: settings.inspector ? inspectorPages({ token: pageToken }) : undefined,
      inspectorApi: settings.inspector ? inspector.api : undefined,
      open: editorApp({
        root,
        get editor() {
          return settings.editor
        },
      }),
      last: lastApp(() => {
        const used = reloader.useLast()
        if (used) terminal.note('the last working version answers, until the next change')
        return used
      }),
    }),
    host: host === true ? undefined : host,
    root,
    pageToken,
    exchanges: settings.inspector ? inspector.exchanges : undefined,
    live,
  })
  let listening: Awaited<ReturnType<typeof listen>> | undefined
  try {
    const started = reloader.reload()
    listening = await listen(app, { port, host, tls, report })
    await started
  } catch (error) {
    await close()
    throw error
  }
  const addresses = addressesOf(settings, listening.port, pageToken)
  if (note !== undefined) terminal.note(note)
  announce(terminal, addresses, settings, listening.port)
  if (open) await openBrowser(addresses.local, terminal)
  return { url: addresses.local, port: listening.port, addresses, restart, change, close }
}

function secret(): string {
  return randomBytes(24).toString('base64url')
}
