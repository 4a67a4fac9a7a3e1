/**
 * The body of a request as text, of at most `limit` bytes. `'too large'` as soon as more than that has arrived or is
 * announced: the rest is not read. `'not text'` if it is not UTF-8.
 */
export async function readText(request: Request, limit: number): Promise<{ text: string } | 'too large' | 'not text'> {
  if (request.body === null) return { text: '' }
  if (Number(request.headers.get('content-length')) > limit) return 'too large'
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  for await (const chunk of request.body) {
    size += chunk.byteLength
    if (size > limit) return 'too large' // leaving the loop cancels the stream
    chunks.push(chunk)
  }
  const bytes = await new Blob(chunks).arrayBuffer()
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return 'not text'
  }
}
