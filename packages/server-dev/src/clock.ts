/** Milliseconds by a clock that only goes forward, and is the same in all processes of a machine. */
export function clock(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
