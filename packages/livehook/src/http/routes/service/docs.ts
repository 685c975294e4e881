// GET /docs: the contract as a page on which a request can be tried. Everything comes from the package itself: no other host is
// asked, and no script stands in the page.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { plainCookie, secureCookie } from '../../gates/own-page.ts'
import { ServiceError } from '../../../domain/errors/service-error.ts'

export interface DocsRouteDeps {
  /** The folder with the page's bundle; if it is missing, the page says how to build it. */
  readonly docsFolder: string
}

/** Which settings the page starts with. Nothing of it is looked up elsewhere: fonts, proxy and the maker's services are off. */
/** @param scheme signed in to the console, the browser's cookie is enough; without, a key is typed */
const startScript = (scheme: 'key' | 'session'): string => `Scalar.createApiReference('#app', {
  url: '/openapi.json',
  // Whole addresses, so that the lines for a shell work if they are pasted.
  servers: [{ url: location.origin }],
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
  externalUrls: {},
  persistAuth: false,
  defaultOpenFirstTag: true,
  documentDownloadType: 'json',
  authentication: { preferredSecurityScheme: '${scheme}' },
})
`

/** As the console's, but for one thing: the page's parts write styles into their elements. Scripts may not. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export function docsRoutes(app: FastifyInstance, { docsFolder }: DocsRouteDeps): void {
  let bundle: Buffer | undefined
  app.get('/docs', (_request, reply) => sendDocs(reply))
  app.get('/docs/', (_request, reply) => reply.redirect('/docs', 308))
  app.get('/docs/start.js', (request, reply) => {
    headed(reply, 'no-cache').type('text/javascript; charset=utf-8').header('vary', 'cookie')
    return reply.send(startScript(hasSession(request) ? 'session' : 'key'))
  })
  app.get('/docs/scalar.js', (request, reply) => {
    // Read for anyone who asks first, and kept: it is the same for everyone until the next version.
    bundle ??= readBundle(docsFolder)
    headed(reply, 'public, max-age=86400').type('text/javascript; charset=utf-8').header('vary', 'accept-encoding')
    return takesGzip(request) ? reply.header('content-encoding', 'gzip').send(bundle) : reply.send(gunzipSync(bundle))
  })
}

function sendDocs(reply: FastifyReply): FastifyReply {
  headed(reply, 'no-cache')
    .type('text/html; charset=utf-8')
    .header('content-security-policy', policy)
    .header('cross-origin-opener-policy', 'same-origin')
  return reply.send(`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="icon" href="data:," />
    <title>livehook API</title>
  </head>
  <body>
    <noscript>This page needs JavaScript. The contract itself is at <a href="/openapi.json">/openapi.json</a>.</noscript>
    <p style="margin:0;padding:8px 24px;font:14px system-ui,sans-serif"><a href="/">Back to the console</a></p>
    <div id="app"></div>
    <script src="/docs/scalar.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`)
}

/** Whether the browser has a sign-in to send along. Whether it still counts is said where it is used. */
function hasSession({ headers }: FastifyRequest): boolean {
  return [secureCookie, plainCookie].some((name) => headers.cookie?.includes(`${name}=`) === true)
}

function headed(reply: FastifyReply, cacheControl: string): FastifyReply {
  return reply
    .header('cache-control', cacheControl)
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'no-referrer')
}

function takesGzip({ headers }: FastifyRequest): boolean {
  const accepted = headers['accept-encoding'] ?? ''
  return /(?:^|,)\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))|,|$)/i.test(accepted)
}

/** @throws ServiceError `not_found` if the page was not built */
function readBundle(folder: string): Buffer {
  const path = join(folder, 'scalar.js.gz')
  if (existsSync(path)) return readFileSync(path)
  throw new ServiceError(
    'not_found',
    'The page of the API is not built. `npm run build` builds it; /openapi.json is there.',
  )
}
