// The console: static files that were built into the package, and one page for every address inside it.

import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export interface ConsoleRouteDeps {
  /** The folder of built files; if it is missing, `/` says how to build it. */
  readonly folder: string
}

/** No inline script, nothing from elsewhere, in no one's frame. */
const pageHeaders = {
  'content-security-policy':
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
}

export async function consoleRoutes(app: FastifyInstance, deps: ConsoleRouteDeps): Promise<void> {
  if (!existsSync(join(deps.folder, 'index.html'))) {
    app.get('/', async (_request, reply) =>
      reply
        .type('text/plain; charset=utf-8')
        .send('The console is not built. `npm run build` builds it; the API is at /v1.\n'),
    )
    return
  }
  await app.register(fastifyStatic, {
    root: deps.folder,
    wildcard: false,
    index: false,
    // Beside the files lie what scripts/compress.mjs made of them; a browser gets those by the name of the file itself.
    preCompressed: true,
    globIgnore: ['**/*.br', '**/*.gz'],
    // Names of built files carry a hash of their content, so they never change under a name.
    setHeaders: (reply, path) => {
      for (const [name, value] of Object.entries(pageHeaders)) reply.header(name, value)
      reply.header('cache-control', path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
  })
  app.get('/', (_request, reply) => sendPage(reply))
}

/** The page itself, for `/` and for addresses inside the console (a reload of any of them must work). */
export function sendPage(reply: FastifyReply): FastifyReply {
  return reply.sendFile('index.html')
}

/** Whether an address that no route knows belongs to the console: a page asked for by a browser, not an API call. */
export function isConsoleAddress(method: string, url: string, accept: string | undefined): boolean {
  if (method !== 'GET' || !(accept ?? '').includes('text/html')) return false
  const path = url.split('?', 1)[0] ?? ''
  return !path.startsWith('/v1/') && !path.includes('.')
}
