import { expect, test } from 'vitest'
import { z } from 'zod'
import { session } from './session.ts'

const schema = z.object({ n: z.number().default(0) })
const make = (options: unknown) => () => session(options as { schema: typeof schema })

test('a wrong option is named, with what was expected', () => {
  for (const [options, message] of [
    [undefined, 'the options must be an object'],
    [{}, "option 'schema' must be a Standard Schema, such as z.object({ … })"],
    [
      { schema, store: new Map() },
      "option 'store' must be a session store: an object with create, read, replace, rotate, touch, destroy",
    ],
    [{ schema, secret: 'x' }, "option 'secret' is not an option"],
    [{ schema, as: 'a-b' }, "option 'as' must be a name as in `context.name`"],
    [
      { schema, cookie: { name: '__Host-id' } },
      "option 'cookie.name' must not have a prefix: __Host- is added over https",
    ],
    [{ schema, cookie: { name: 'a b' } }, "option 'cookie.name' must be 1 to 64 letters, digits, or _ . -"],
    [{ schema, cookie: { domain: 'a.test' } }, "option 'cookie.domain' is not an option"],
    [{ schema, cookie: { sameSite: 'None' } }, "option 'cookie.sameSite' must be 'Lax' or 'Strict'"],
    [{ schema, idleTimeout: '1h' }, "option 'idleTimeout' must be a number of milliseconds"],
    [{ schema, absoluteTimeout: 0 }, "option 'absoluteTimeout' must be more than 0"],
    [{ schema, version: 1.5 }, "option 'version' must be a whole number"],
    [{ schema, migrate: {} }, "option 'migrate' must be a function"],
    [{ schema, onStoreError: 'ignore' }, "option 'onStoreError' must be 'throw' or 'anonymous'"],
  ] as const) {
    expect(make(options)).toThrow(new TypeError(`@fsgi/middleware-session: ${message}`))
  }
})

test('a schema that does not accept {} needs initial data that it does accept', () => {
  const strict = z.object({ theme: z.enum(['light', 'dark']), tags: z.array(z.string()) })
  expect(make({ schema: strict })).toThrow(
    /^@fsgi\/middleware-session: option 'initial' must be what the schema accepts: the schema refuses the data: data\.theme: .*; data\.tags: /,
  )
  expect(make({ schema: strict, initial: { theme: 'blue', tags: [] } })).toThrow(/data\.theme/)
  expect(make({ schema: strict, initial: { theme: 'dark', tags: [] } })).not.toThrow()
  expect(make({ schema: z.object({ at: z.any() }), initial: { at: () => {} } })).toThrow(/data\.at is a function/)
  expect(make({ schema: z.string(), initial: 'x' })).toThrow(/the schema must give an object/)
})
