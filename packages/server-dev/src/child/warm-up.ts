/** Makes what the first file and the first request would have to wait for. */
export async function warmUp(): Promise<void> {
  await import(BROKEN).catch(() => {}) // esbuild's own process is there now; what does not parse is not kept in tsx's cache
  await new Response(new Request('http://localhost').body).text() // Node loads its Fetch when it is used
}

const BROKEN: string = 'data:text/javascript,)//.ts'
