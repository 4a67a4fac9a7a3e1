/** The fields of a response that belong to one connection, and so to the server (SPEC S22, RFC 9110 §7.6.1). */
export const HOP_BY_HOP: readonly string[] = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]
