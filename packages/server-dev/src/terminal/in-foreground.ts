import { readFileSync } from 'node:fs'

/**
 * Whether this process may use its terminal: one that was started with `&` would be stopped by the system when it asks for
 * keys. Where that cannot be seen (outside of Linux) it is taken for granted.
 */
export function inForeground(): boolean {
  try {
    const [, , group, , , foreground] = afterName(readFileSync('/proc/self/stat', 'utf8'))
    return group === foreground
  } catch {
    return true
  }
}

/** proc_pid_stat(5): state, ppid, pgrp, session, tty_nr, tpgid, … follow the name, which may have any characters. */
function afterName(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}
