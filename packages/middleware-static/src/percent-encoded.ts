/** A name as a segment of a URL. Half a character, which Windows and JavaScript allow in a name, is sent as U+FFFD. */
export function percentEncoded(name: string): string {
  return encodeURIComponent(name.replace(/\p{Surrogate}/gu, '\uFFFD'))
}
