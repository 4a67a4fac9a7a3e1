/** How a page's Content-Security-Policy lets the live script in: as it is, with a nonce, or not, and why. */
export type Verdict = { readonly nonce?: string; readonly why?: undefined } | { readonly why: string }

/**
 * Whether a page may load a script of its own origin and connect to it (CSP Level 3 §6.1.1, §6.1.11). Every policy counts,
 * and there may be several in one field, separated by commas.
 *
 * @param field the value of `Content-Security-Policy`.
 * @param script the script's URL, of the page's own origin.
 */
export function allowedScript(field: string | null, script: URL): Verdict {
  const policies = (field ?? '').split(',').map(directivesOf)
  const withNonces: string[][] = []
  for (const policy of policies) {
    const sandbox = policy.get('sandbox')
    if (sandbox && !(sandbox.includes('allow-scripts') && sandbox.includes('allow-same-origin'))) {
      return { why: `its sandbox has no scripts of its own origin` }
    }
    if (!allows(policy, ['connect-src'], script)) return { why: `its connect-src does not have 'self'` }
    if (allows(policy, ['script-src-elem', 'script-src'], script)) continue
    withNonces.push(effective(policy, ['script-src-elem', 'script-src'])!.flatMap(nonceOf))
  }
  if (withNonces.length === 0) return {}
  const nonce = withNonces[0]!.find((candidate) => withNonces.every((nonces) => nonces.includes(candidate)))
  return nonce === undefined ? { why: `its script-src has neither 'self' nor a nonce` } : { nonce }
}

type Policy = ReadonlyMap<string, readonly string[]>

/** Of directives with one name the first counts (§2.2.1). */
function directivesOf(policy: string): Policy {
  const directives = new Map<string, string[]>()
  for (const directive of policy.split(';')) {
    const [name, ...values] = directive.trim().split(/\s+/)
    const lower = name!.toLowerCase()
    if (lower !== '' && !directives.has(lower)) directives.set(lower, values)
  }
  return directives
}

function effective(policy: Policy, names: readonly string[]): readonly string[] | undefined {
  return [...names, 'default-src'].map((name) => policy.get(name)).find((sources) => sources !== undefined)
}

function allows(policy: Policy, names: readonly string[], url: URL): boolean {
  const sources = effective(policy, names)
  if (sources === undefined) return true
  const isScript = names.includes('script-src')
  if (isScript && sources.some((source) => source.toLowerCase() === "'strict-dynamic'")) return false // only nonces count
  return sources.some((source) => matches(source, url))
}

/** Whether a source is this URL (§6.7.2.8); 'none' and hashes are no URL's. */
function matches(source: string, url: URL): boolean {
  const lower = source.toLowerCase()
  if (lower === "'self'" || lower === '*') return true
  if (/^[a-z][a-z\d+.-]*:$/.test(lower))
    return lower === url.protocol || (lower === 'http:' && url.protocol === 'https:')
  const parts = /^(?:([a-z][a-z\d+.-]*):\/\/)?(\*|(?:\*\.)?[a-z\d_.-]+|\[[\da-f:.]+\])(?::(\d+|\*))?(\/.*)?$/.exec(
    lower,
  )
  if (parts === null) return false
  const [, scheme, host, port, path] = parts
  if (scheme !== undefined && `${scheme}:` !== url.protocol) return false
  const isHost = host!.startsWith('*') ? url.hostname.endsWith(host!.slice(1)) : host === url.hostname
  const isPort = port === '*' || (port ?? '') === url.port
  const isPath = path === undefined || (path.endsWith('/') ? url.pathname.startsWith(path) : url.pathname === path)
  return isHost && isPort && isPath
}

function nonceOf(source: string): string[] {
  return /^'nonce-([\w+/-]+={0,2})'$/i.exec(source)?.slice(1) ?? []
}
