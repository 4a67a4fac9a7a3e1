import { createServer } from 'node:http'
import { describe, expect, it } from 'vitest'
import { KnownReply } from './reply/known-reply.ts'
import { editHeaders } from './edit-headers.ts'
import { bodyOf, reply } from './reply.ts'
import type { AddressInfo } from 'node:net'
import type { HeaderFields } from './reply/field-list.ts'

const vary = (headers: HeaderFields): void => headers.append('vary', 'cookie')

describe('editHeaders()', () => {
  it('M9: changes the response in place where it may', () => {
    for (const response of [reply('x'), new Response('x')]) {
      expect(editHeaders(response, vary)).toBe(response)
      expect(response.headers.get('vary')).toBe('cookie')
    }
  })

  it('M9: rebuilds a redirect, whose headers are immutable', () => {
    const edited = editHeaders(Response.redirect('http://h/next', 303), vary)
    expect([edited.status, edited.headers.get('location'), edited.headers.get('vary')]).toEqual([
      303,
      'http://h/next',
      'cookie',
    ])
    expect(bodyOf(edited)).toBeNull()
  })

  it('M9: rebuilds a response from fetch with its body and every set-cookie line', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(
        201,
        'Made',
        [
          ['set-cookie', 'a=1'],
          ['set-cookie', 'b=2'],
        ].flat(),
      )
      response.end('from afar')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const fetched = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
      const edited = editHeaders(fetched, vary)
      expect(edited).not.toBe(fetched)
      expect([edited.status, edited.statusText]).toEqual([201, 'Made'])
      expect([fetched.headers.has('connection'), edited.headers.has('connection')]).toEqual([true, false])
      expect(edited.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
      expect([edited.headers.get('vary'), await edited.text()]).toEqual(['cookie', 'from afar'])
    } finally {
      server.close()
    }
  })

  it('adds no content-type to a response that has none', () => {
    const bare = Object.defineProperty(new KnownReply('abc'), 'headers', {
      value: Response.redirect('http://h/').headers,
    })
    const edited = editHeaders(bare, vary)
    expect([edited === bare, edited.headers.get('content-type'), bodyOf(edited)]).toEqual([false, null, 'abc'])
  })

  it('keeps the known bytes', () => {
    expect(bodyOf(editHeaders(reply('abc'), vary))).toBe('abc')
  })
})
