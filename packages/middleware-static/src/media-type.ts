import mime from 'mime'

/**
 * The Content-Type of a file by its extension, from the registry that browsers and servers share. Text is declared as UTF-8;
 * XML is not, since a charset here would overrule the one that the document declares (RFC 7303 §3.1).
 */
export function mediaType(name: string): string {
  const type = mime.getType(`/${name}`) ?? 'application/octet-stream'
  return TEXT.test(type) && !XML.test(type) ? `${type};charset=utf-8` : type
}

const TEXT = /^text\/|^application\/(?:javascript|json|manifest\+json)$|\+json$/
const XML = /[/+]xml$/
