/** What one pass over the raw header fields of a request finds. */
export interface RequestHead {
  /** End-to-end fields, `[name, value, …]`, in the order they came in (SPEC S5). */
  readonly fields: readonly string[]
  /** The values of Host, of which there must be one in HTTP/1.1. */
  readonly host: string | undefined
  readonly hosts: number
  readonly contentLength: string | undefined
  readonly transferEncoding: string | undefined
  /** Whether the client would like another protocol. */
  readonly upgrade: boolean
}

/** Reads `rawHeaders`, because `headers` merges and drops some repeated fields. */
export function requestHead(rawHeaders: readonly string[], hidden: readonly string[] | undefined): RequestHead {
  const fields: string[] = []
  let host: string | undefined
  let hosts = 0
  let contentLength: string | undefined
  let transferEncoding: string | undefined
  let connection = ''
  let upgrade = false
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    const value = rawHeaders[i + 1]!
    switch (name) {
      case 'connection':
        connection += `,${value}`
        continue
      case 'transfer-encoding':
        transferEncoding = transferEncoding === undefined ? value : `${transferEncoding}, ${value}`
        continue
      case 'upgrade':
        upgrade = true
        continue
      case 'keep-alive':
      case 'proxy-connection':
      case 'te':
      case 'http2-settings':
        continue
      case 'host':
        hosts++
        host = value
        break
      case 'content-length':
        contentLength = value
        break
    }
    fields.push(name, value)
  }
  const named = connection !== '' && !USUAL.test(connection)
  return {
    fields: named || hidden !== undefined ? without(fields, droppedBy(connection, hidden)) : fields,
    host,
    hosts,
    contentLength,
    transferEncoding,
    upgrade,
  }
}

const USUAL = /^,(?:keep-alive|close)$/i

/** What `Connection` names is the connection's own, except fields that no message can do without (RFC 9110 §7.6.1). */
function droppedBy(connection: string, hidden: readonly string[] = []): ReadonlySet<string> {
  const dropped = new Set(
    connection
      .toLowerCase()
      .split(',')
      .map((option) => option.trim()),
  )
  dropped.delete('host')
  dropped.delete('content-length')
  for (const name of hidden) dropped.add(name)
  return dropped
}

function without(fields: readonly string[], dropped: ReadonlySet<string>): string[] {
  const kept: string[] = []
  for (let i = 0; i < fields.length; i += 2) {
    if (!dropped.has(fields[i]!)) kept.push(fields[i]!, fields[i + 1]!)
  }
  return kept
}
