const FORM_TYPE = 'application/x-www-form-urlencoded'
const MOST_BYTES = 16 * 1024

/** The fields of a form, or the status that says why it is none: 413 as soon as it is too large, without reading on. */
export async function readForm(request: Request): Promise<URLSearchParams | 413 | 415> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
  if (type !== FORM_TYPE || request.headers.has('content-encoding')) return 415
  if (request.body === null) return new URLSearchParams()
  if (Number(request.headers.get('content-length')) > MOST_BYTES) return 413
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  for await (const chunk of request.body) {
    size += chunk.byteLength
    if (size > MOST_BYTES) return 413 // leaving the loop cancels the stream
    chunks.push(chunk)
  }
  return new URLSearchParams(await new Blob(chunks).text())
}
