/**
 * What a function starts or opens, by Node's names for it, `Timeout` or `FILEHANDLE`: timers, files, sockets, workers. Nothing
 * on other runtimes, which do not tell.
 */
export function openedBy(run: () => void): string[] {
  const opened: string[] = []
  const { createHook } = hooksOfNode() ?? {}
  const hook = createHook?.({
    init(_id, type) {
      if (RESOURCE.test(type)) opened.push(type)
    },
  })
  hook?.enable()
  try {
    run()
  } finally {
    hook?.disable()
  }
  return opened
}

const RESOURCE =
  /^(?:Timeout|Immediate|(?:FS|TCP|PIPE|UDP|TLS|TTY|HTTP2?|GETADDR|GETNAME|QUERY|DIR|FILE|STAT|PROCESS|SIGNAL|WORKER)\w*)$/

type Hooks = ReturnType<typeof process.getBuiltinModule<'node:async_hooks'>>

/** Others have the module as well, with hooks that are never called. */
function hooksOfNode(): Hooks | undefined {
  const { process } = globalThis as { process?: Partial<NodeJS.Process> }
  if (process?.versions?.node === undefined || 'Bun' in globalThis || 'Deno' in globalThis) return undefined
  return process.getBuiltinModule?.('node:async_hooks')
}
