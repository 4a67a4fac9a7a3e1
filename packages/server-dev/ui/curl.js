import { isRedacted } from './redacted.js'
import { shellWord } from './shell-word.js'
import { size } from './format.js'

/** @import { Field, Recorded, RecordedRequest } from '../src/inspector/recorded.ts' */

/**
 * The request as a command for curl, as the outermost layer was given it. What was not recorded, its body and the values that
 * are kept secret, is named in comments in front, and stands in the command as what to replace.
 *
 * @param {Recorded} recorded
 * @param {string} origin of the server, for a request that did not reach the application
 */
export function curlCommand({ top, method, target, protocol }, origin) {
  /** @type {RecordedRequest} */
  const request = top?.request ?? { method, url: urlOf(target, origin), fields: [], body: { kind: 'none' } }
  const asterisk = target === '*'
  const url = asterisk ? new URL(request.url).origin : request.url
  const fields = request.fields.filter(
    ([name]) => !MADE_BY_CURL.has(name) && !(name === 'host' && hostOf(url) === valueOf(request.fields, 'host')),
  )
  const args = [
    ...methodArgs(request),
    ...(protocol === 'HTTP/1.0' ? ['--http1.0'] : []),
    ...(url.startsWith('https:') ? ['--insecure'] : []),
    ...(/[[\]{}]/.test(url) ? ['--globoff'] : []),
    ...(/\/\.{1,2}(?:[/?#]|$)/.test(url) ? ['--path-as-is'] : []),
    ...(asterisk ? [`--request-target ${shellWord('*')}`] : []),
    ...(fields.some(([name]) => name === 'accept-encoding') ? ['--compressed'] : []),
    ...fields.map(fieldArg),
    ...(request.body.kind === 'none' ? [] : ['--data-binary @body']),
  ]
  const lines = [`curl ${shellWord(url)}`, ...args.map((arg) => `  ${arg}`)]
  return [...comments(request, top === undefined), lines.join(' \\\n')].join('\n')
}

/**
 * @param {RecordedRequest} request
 * @param {boolean} notReached
 */
function comments({ url, fields, body }, notReached) {
  const secret = fields.filter(([, value]) => isRedacted(value)).map(([name]) => name)
  if (isRedacted(url)) secret.unshift('the URL')
  return [
    ...(notReached ? ['# The application was not reached: header fields were not recorded.'] : []),
    ...(secret.length > 0 ? [`# Left out as secret, to be put in: ${[...new Set(secret)].join(', ')}`] : []),
    ...(body.kind === 'none'
      ? []
      : [
          `# The body${body.size === undefined ? '' : ` (${size(body.size)})`} is not recorded: put it into the file 'body'.`,
        ]),
  ]
}

/** curl chooses GET, or POST where there is data; with --head it does not wait for a body. @param {RecordedRequest} request */
function methodArgs({ method, body }) {
  if (method === 'HEAD' && body.kind === 'none') return ['--head']
  return method === (body.kind === 'none' ? 'GET' : 'POST') ? [] : [`--request ${shellWord(method)}`]
}

/** A field without a value wants a semicolon, as `name:` would take the field away. @param {Field} field */
function fieldArg([name, value]) {
  return `--header ${shellWord(value === '' ? `${name};` : `${name}: ${value}`)}`
}

const MADE_BY_CURL = new Set(['connection', 'content-length', 'expect', 'keep-alive', 'transfer-encoding'])

/**
 * @param {string} target
 * @param {string} origin
 */
function urlOf(target, origin) {
  return /^https?:\/\//i.test(target) ? target : origin + (target.startsWith('/') ? target : '/')
}

/** @param {string} url */
const hostOf = (url) => new URL(url).host

/**
 * @param {readonly Field[]} fields
 * @param {string} name
 */
const valueOf = (fields, name) => fields.find(([given]) => given === name)?.[1]
