// One app that uses what core has, in code that every runtime runs as it stands. Its answers must not depend on the runtime.
import { bodyOf, editHeaders, mount, reply, stack } from '@fsgi/core'

let cleanedUp = 0

const layer = (name) => (app) => async (request, context) => {
  const response = await app(request, context.with({ [name]: name.toUpperCase() }))
  return editHeaders(response, (headers) => headers.append('x-layers', name))
}

const handlers = {
  '/text': () => reply('héllo'),
  '/bytes': () => reply(new Uint8Array([0, 255, 10]), { headers: { 'content-type': 'application/octet-stream' } }),
  '/json': () => reply.json({ a: [1, null] }, { status: 201 }),
  '/empty': () => reply(null, { status: 204 }),
  '/plain': () =>
    new Response('plain', {
      headers: [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=2'],
      ],
    }),
  '/redirect': stack(layer('a'))(() => Response.redirect('http://localhost/text', 303)),
  '/stack': stack(layer('outer'), layer('inner'))((_request, { outer, inner }) => reply(outer + inner)),
  '/throw': () => {
    throw new Error('secret')
  },
  '/echo': async (request) => reply(await request.text()),
  '/stream': () => {
    let count = 0
    const pull = (controller) =>
      count < 3 ? controller.enqueue(new TextEncoder().encode(`${count++};`)) : controller.close()
    return new Response(new ReadableStream({ pull }))
  },
  '/known': async (request) => {
    const known = reply('known')
    const peeked = bodyOf(known)
    const rebuilt = new Response(known.body, known)
    return reply.json({
      peeked,
      rebuilt: bodyOf(rebuilt),
      read: await rebuilt.text(),
      afterwards: bodyOf(rebuilt) ?? 'nothing',
      none: bodyOf(reply()),
      genuine: [known instanceof Response, request instanceof Request, new Request(request).url === request.url],
      cloned: await reply('again').clone().text(),
    })
  },
  '/cleanup': (_request, context) => {
    context.defer(() => void cleanedUp++)
    return reply('')
  },
  '/cleaned-up': () => reply(String(cleanedUp)),
}

const where = (_request, { mount, path }) => reply.json({ mount, path })

export const app = mount({ ...handlers, '/a b': where, '/a b/c': where })
