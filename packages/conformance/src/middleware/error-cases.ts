import { expected, textOf } from './expected.ts'
import { sourceOf } from './source.ts'
import type { App } from '@fsgi/core'
import type { MiddlewareCase } from './case.ts'

/** Errors from below are passed on or answered, and reported once; never swallowed. */
export const errorCases: readonly MiddlewareCase[] = [
  {
    id: 'throw',
    rules: ['M12'],
    title: 'M12: an error of the app below is a 5xx and reported once, thrown or rejected',
    async run({ send }) {
      const error = new Error('from below')
      const apps: App[] = [
        () => {
          throw error
        },
        async () => {
          throw error
        },
      ]
      for (const app of apps) {
        const { response, reports } = await send(app, new Request('http://localhost/conformance/throw'))
        expected('status class', Math.floor(response.status / 100), 5)
        expected('no text of the error', (await textOf(response)).includes('from below'), false)
        expected('the reports', reports.map(String), ['Error: from below'])
      }
    },
  },
  {
    id: 'body-error',
    rules: ['M12', 'S27'],
    title: 'M12: an error in a body fails the body, before its first chunk and later, and is reported once',
    async run({ send }) {
      for (const chunks of [0, 2]) {
        const { body } = sourceOf(chunks, () => new Uint8Array([97]), new Error('midway'))
        const headers = { 'content-type': 'application/octet-stream' }
        const request = new Request('http://localhost/conformance/body-error')
        const { response, reports, ended } = await send(() => new Response(body, { headers }), request)
        expected(`how reading ends after ${chunks} chunks`, await textOf(response), 'failed: midway')
        await ended
        expected('the reports', reports.map(String), ['Error: midway'])
      }
    },
  },
]
