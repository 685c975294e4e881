// The proxy through which all requests to webhooks leave, if the operator has one.

export interface EgressProxy {
  /** A name or an address, without brackets. It is the operator's own word, so no egress rule applies to it. */
  readonly host: string
  readonly port: number
  /** The value of `Proxy-Authorization`; a secret. */
  readonly authorization: string | undefined
}

/**
 * Reads the URL of a proxy.
 * @returns `undefined` if it is none that can be used: only `http://`, no path, no query
 * @example parseEgressProxy('http://user:secret@10.0.0.9:4750')
 */
export function parseEgressProxy(text: string): EgressProxy | undefined {
  if (!/^http:\/\//i.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.hostname === '') return undefined
  const authorization = basicAuthorization(url)
  if (authorization === 'unreadable') return undefined
  return Object.freeze({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 80 : Number(url.port),
    authorization,
  })
}

function basicAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined
  try {
    const bytes = new TextEncoder().encode(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)
    return `Basic ${btoa(String.fromCodePoint(...bytes))}`
  } catch {
    // A percent sign that begins no escape.
    return 'unreadable'
  }
}

/** Host and port, for evidence and settings: never the credentials. */
export function nameOfProxy({ host, port }: EgressProxy): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
