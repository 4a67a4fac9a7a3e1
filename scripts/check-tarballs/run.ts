import { spawnSync } from 'node:child_process'

/** Runs a command to its end; its output as the one fault if it fails, else none. */
export function run(what: string, command: string, args: readonly string[], cwd: string): string[] {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status === 0) return []
  return [`${what} failed (${error?.message ?? `exit code ${status}`}):\n${stdout ?? ''}${stderr ?? ''}`]
}
