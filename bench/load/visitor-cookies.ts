import { sendRequest } from '../exchange.ts'
import type { Exchange } from '../exchange.ts'

/** The Cookie fields of `count` visitors: what the server gives to requests without one, as it is sent back. */
export async function visitorCookies(port: number, exchange: Exchange, count: number): Promise<string[]> {
  const cookies: string[] = []
  for (let i = 0; i < count; i++) {
    const { headers } = await sendRequest(port, exchange)
    const lines = headers['set-cookie'] ?? []
    if (lines.length === 0) throw new Error('it gives a new visitor no cookie')
    cookies.push(lines.map((line) => line.split(';')[0]!).join('; '))
  }
  return cookies
}
