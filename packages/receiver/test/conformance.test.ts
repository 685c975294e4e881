// Every adapter, with a real server of its framework, held to the same checks.

import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Controller, All, Module, Req, Res } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import 'reflect-metadata'
import express from 'express'
import fastify from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as expressEntry from '../src/adapters/express.ts'
import * as fastifyEntry from '../src/adapters/fastify.ts'
import * as honoEntry from '../src/adapters/hono.ts'
import * as koaEntry from '../src/adapters/koa.ts'
import * as lambdaEntry from '../src/adapters/lambda.ts'
import * as nestEntry from '../src/adapters/nest.ts'
import * as nextEntry from '../src/adapters/next.ts'
import * as nodeEntry from '../src/adapters/node.ts'
import { request } from '../src/testing/testing.ts'
import { checks, checksOfLimits, checksOfParsedBodies, conformant } from './support/conformance.ts'
import type { Check, Running } from './support/conformance.ts'
import { lambdaListener, webListener } from './support/gateways.ts'
import { sdkAppId, token } from './support/receivers.ts'

const express4 = createRequire(import.meta.url)('express4') as typeof express
const lines: string[] = []
const options = {
  apps: { [sdkAppId]: { tokens: [token] } },
  log: (line: string) => void lines.push(line),
  platformWaitMs: 600,
  marginMs: 100,
}

interface Subject {
  readonly name: string
  readonly start: () => Promise<Running>
  readonly checks: readonly Check[]
  /** Behind a middleware that parses: what the refusal of a signed body must name. */
  readonly names?: string
}

const everything = [...checks, ...checksOfLimits]

const subjects: readonly Subject[] = [
  { name: 'node:http', checks: everything, start: () => listen(conformant(nodeEntry.createReceiver(options)).node()) },
  ...[
    { name: 'Express 5', create: express },
    { name: 'Express 4', create: express4 },
  ].flatMap(({ name, create }): Subject[] => {
    const app = (...before: RequestListener[]) => {
      const made = create()
      for (const each of before) made.use(each as express.RequestHandler)
      made.all('/hook', conformant(expressEntry.createReceiver(options)).express())
      return listen(made)
    }
    return [
      { name, checks: everything, start: () => app() },
      {
        name: `${name} behind express.json()`,
        checks: checksOfParsedBodies,
        names: 'express.json()',
        start: () => app(create.json() as RequestListener),
      },
      {
        name: `${name} behind express.raw()`,
        checks,
        start: () => app(create.raw({ type: '*/*' }) as RequestListener),
      },
      {
        name: `${name} behind express.json() that keeps the bytes`,
        checks: checks.filter(({ expected }) => expected !== 400),
        start: () =>
          app(
            create.json({
              verify: (incoming, _outgoing, bytes) => void Object.assign(incoming, { rawBody: bytes }),
            }) as RequestListener,
          ),
      },
    ]
  }),
  {
    name: 'a router of Express 5',
    checks,
    start: () => {
      const router = express.Router().post('/hook', conformant(expressEntry.createReceiver(options)).express())
      return listen(express().use('/api', router), '/api/hook')
    },
  },
  {
    name: 'Fastify 5',
    checks: everything,
    start: async () => {
      const app = fastify()
      await app.register(conformant(fastifyEntry.createReceiver(options)).fastify(), { url: '/hook' })
      app.post('/other', (incoming) => incoming.body)
      const url = await app.listen({ port: 0, host: '127.0.0.1' })
      const other = await app.inject({ method: 'POST', url: '/other', payload: { still: 'parsed' } })
      expect(other.json()).toEqual({ still: 'parsed' })
      return { url: `${url}/hook`, stop: () => app.close() }
    },
  },
  {
    name: 'a route of Fastify 5 that parses',
    checks: checksOfParsedBodies,
    names: 'receiver.fastify()',
    start: async () => {
      const app = fastify()
      const receiver = conformant(fastifyEntry.createReceiver(options))
      app.post('/hook', fastifyEntry.fastifyHandler(receiver))
      return { url: `${await app.listen({ port: 0, host: '127.0.0.1' })}/hook`, stop: () => app.close() }
    },
  },
  {
    name: 'Koa 3',
    checks: everything,
    start: () => listenKoa(new Koa().use(conformant(koaEntry.createReceiver(options)).koa())),
  },
  {
    name: 'Koa 3 behind a body parser',
    checks: checksOfParsedBodies,
    names: 'bodyParser()',
    start: () => {
      const app = new Koa()
      app.use(async (context, next) => {
        const chunks: Buffer[] = []
        for await (const chunk of context.req) chunks.push(chunk as Buffer)
        Object.assign(context.request, { body: JSON.parse(Buffer.concat(chunks).toString()) as unknown })
        await next()
      })
      return listenKoa(app.use(conformant(koaEntry.createReceiver(options)).koa()))
    },
  },
  {
    name: 'Hono 4',
    checks: everything,
    start: () =>
      new Promise((resolve) => {
        const app = new Hono().all('/hook', conformant(honoEntry.createReceiver(options)).hono())
        const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
          resolve({ url: `http://127.0.0.1:${port}/hook`, stop: () => void server.close() }),
        )
      }),
  },
  {
    name: 'NestJS 12',
    checks: checks.filter(({ expected }) => expected !== 400),
    start: () => nest({ rawBody: true }),
  },
  { name: 'NestJS 12 without its parser', checks: everything, start: () => nest({ bodyParser: false }) },
  {
    name: 'NestJS 12 that drops the bytes',
    checks: checksOfParsedBodies,
    names: 'rawBody: true',
    start: () => nest({}),
  },
  {
    name: 'a route handler of Next.js',
    checks: everything,
    start: () => listen(webListener(conformant(nextEntry.createReceiver(options)).next())),
  },
  ...(['2.0', '1.0'] as const).map((format) => ({
    name: `AWS Lambda, events of format ${format}`,
    checks: everything,
    start: () => listen(lambdaListener(conformant(lambdaEntry.createReceiver(options)).lambda(), format)),
  })),
]

describe.each(subjects)('$name', ({ start, checks: held }) => {
  let running: Running
  beforeAll(async () => {
    running = await start()
  })
  afterAll(async () => running.stop())

  test.each(held)('$title', async ({ run, expected }) => {
    expect(await run(running.url)).toEqual(expected)
  })
})

const parsing = subjects.filter((subject): subject is Subject & { readonly names: string } => 'names' in subject)

describe.each(parsing)('$name', ({ start, names }) => {
  test('a signed body is refused by a sentence that names what has parsed it', async () => {
    const running = await start()
    const response = await fetch(await request('Group.CallbackBeforeSendMsg', { url: running.url }))
    expect(response.status).toBe(500)
    expect(await response.text()).toContain(names)
    expect(lines.at(-1)).toContain(names)
    await running.stop()
  })
})

async function listen(listener: RequestListener, path = '/hook'): Promise<Running> {
  const server: Server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function listenKoa(app: Pick<Koa, 'callback'>): Promise<Running> {
  const handle = app.callback()
  return listen((incoming, outgoing) => void handle(incoming, outgoing))
}

async function nest(how: { readonly rawBody?: boolean; readonly bodyParser?: boolean }): Promise<Running> {
  const webhook = conformant(nestEntry.createReceiver(options)).nest()
  class HookController {
    hook(incoming: nestEntry.NestRequest, outgoing: nestEntry.NestResponse): Promise<void> {
      return webhook(incoming, outgoing)
    }
  }
  class AppModule {
    readonly name = 'receiver'
  }
  // Decorators are functions; this is what a compiler makes of `@Controller()`, `@All('hook')`, `@Req()` and `@Res()`.
  Controller()(HookController)
  All('hook')(HookController.prototype, 'hook', Object.getOwnPropertyDescriptor(HookController.prototype, 'hook')!)
  Req()(HookController.prototype, 'hook', 0)
  Res()(HookController.prototype, 'hook', 1)
  Module({ controllers: [HookController] })(AppModule)
  const app = await NestFactory.create(AppModule, { logger: false, ...how })
  await app.listen(0, '127.0.0.1')
  return { url: `${await app.getUrl()}/hook`, stop: () => app.close() }
}
