/**
 * How a status is to be taken, as a word that style sheets and readers understand.
 * @param {number | null | undefined} status null: no head was sent; undefined: not answered yet
 * @returns {'waiting' | 'none' | 'information' | 'success' | 'redirect' | 'refused' | 'failed'}
 */
export function statusKind(status) {
  if (status === undefined) return 'waiting'
  if (status === null) return 'none'
  if (status >= 500) return 'failed'
  if (status >= 400) return 'refused'
  if (status >= 300) return 'redirect'
  return status >= 200 ? 'success' : 'information'
}

/**
 * What the status means, in the registry's words (RFC 9110 §15), or what it means that there is none.
 * @param {number | null | undefined} status
 */
export function statusName(status) {
  if (status === undefined) return 'waiting for the answer'
  if (status === null) return 'no answer was sent'
  return NAMES[status] ?? 'a status without a registered name'
}

/** @type {Readonly<Record<number, string>>} */
const NAMES = {
  100: 'Continue',
  101: 'Switching Protocols',
  103: 'Early Hints',
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  203: 'Non-Authoritative Information',
  204: 'No Content',
  205: 'Reset Content',
  206: 'Partial Content',
  207: 'Multi-Status',
  300: 'Multiple Choices',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  402: 'Payment Required',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  411: 'Length Required',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  416: 'Range Not Satisfiable',
  417: 'Expectation Failed',
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  423: 'Locked',
  425: 'Too Early',
  426: 'Upgrade Required',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  451: 'Unavailable For Legal Reasons',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
  505: 'HTTP Version Not Supported',
  507: 'Insufficient Storage',
  511: 'Network Authentication Required',
}
