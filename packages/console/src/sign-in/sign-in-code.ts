// The one-time code in the address that the service prints: `/sign-in#code=…`. It stands behind the `#`, so that no
// server, proxy or log ever sees it, and it must not stay in the address bar or in the history either.

/** A code that can be taken once. */
export interface SignInCode {
  take(): string | undefined
}

/**
 * Takes the code out of the address, which is rewritten at once. Should another such address be opened in the same tab,
 * only the part behind the `#` changes and nothing is loaded: then the page starts again.
 */
export function takeSignInCode(page: Window): SignInCode {
  let code = readSignInCode(page.location.pathname, page.location.hash)
  if (code !== undefined) page.history.replaceState(null, '', page.location.pathname + page.location.search)
  page.addEventListener('hashchange', () => {
    if (readSignInCode(page.location.pathname, page.location.hash) !== undefined) page.location.reload()
  })
  return {
    take: () => {
      const taken = code
      code = undefined
      return taken
    },
  }
}

/** The code in an address, if it is one to sign in. */
export function readSignInCode(pathname: string, hash: string): string | undefined {
  if (pathname !== '/sign-in' || !hash.startsWith('#')) return undefined
  const code = new URLSearchParams(hash.slice(1)).get('code')
  return code === null || code === '' ? undefined : code
}

/**
 * Where to go after signing in: a path of this console, or its start.
 * An address of another origin (`//evil.test`, `/\evil.test`) is none.
 */
export function safeReturnPath(to: string | undefined): string {
  return to !== undefined && /^\/(?![/\\])/.test(to) && !to.startsWith('/sign-in') ? to : '/'
}
