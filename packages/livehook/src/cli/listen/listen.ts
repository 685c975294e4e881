// livehook listen: a receiver in the terminal. In reading order: listen/arrived.ts (checks), listen/rules.ts (answers),
// listen/exchange.ts (one request), listen/forward.ts, listen/record.ts, listen/totals.ts, listen/show.ts,
// listen/nothing-arrives.ts.

import type { Server } from 'node:http'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { closeServer } from '../service/loopback.ts'
import type { CliIo } from '../io.ts'
import { CliError, line, untilStopped } from '../io.ts'
import type { Exchanged, ExchangeDeps } from './exchange.ts'
import { exchange } from './exchange.ts'
import { readForwardUrl } from './forward.ts'
import { nothingArrives } from './nothing-arrives.ts'
import type { Recorder } from './record.ts'
import { openRecorder } from './record.ts'
import { readRules } from './rules.ts'
import { requestLines, requestObject, totalsLines } from './show.ts'
import type { Counter } from './totals.ts'
import { createCounter } from './totals.ts'
import type { ListenOptions } from '../input/options.ts'
import { printLines } from '../terminal/lines.ts'
import { paintFor } from '../terminal/paint.ts'
import { portProblem } from '../service/taken-port.ts'
import { readTokens } from '../input/token.ts'
import { readSdkAppId, wholeNumber } from '../input/whole-number.ts'

const defaultPort = 4040

export async function listen(options: ListenOptions, io: CliIo): Promise<void> {
  refuseMisfits(options)
  const deps: ExchangeDeps = {
    check: {
      tokens: await readTokens(options.tokenFile, io),
      sdkAppId: options.sdkAppId === undefined ? undefined : readSdkAppId(options.sdkAppId),
    },
    rules: readRules(options),
    forwardTo: options.forward === undefined ? undefined : readForwardUrl(options.forward),
    now: Date.now,
    stop: io.stop,
  }
  const hintAfter = wholeNumber(options.hintAfter, { name: '--hint-after', fallback: 8, least: 0, most: 86_400 })
  const host = options.host ?? '127.0.0.1'
  const port = wholeNumber(options.port, { name: '--port', fallback: defaultPort, least: 0, most: 65_535 })
  const record = options.record === undefined ? undefined : openRecorder(options.record)
  const counter = createCounter()
  const running = new Set<Promise<void>>()
  const server = serve(deps, { tell: tellerFor({ options, io, counter, record }), running })
  const place = { ...(await open(server, { host, port })), host, isTokenKnown: deps.check.tokens.length > 0 }
  say(options, io, { text: `livehook listening on ${place.url}`, object: { kind: 'listening', url: place.url } })
  if (!place.isTokenKnown) {
    line(io.stderr, 'No token was given (--token-file or LIVEHOOK_TOKEN): Sign is not checked, anyone may send.')
  }
  const quiet = hintAfter === 0 ? Promise.resolve() : hintWhenQuiet({ ...place, hintAfter, io, counter })
  await untilStopped(io.stop)
  await quiet
  // Who waits for an answer gets it: a delay ends with the signal.
  await Promise.allSettled(running)
  await closeServer(server)
  const totals = counter.totals()
  say(options, io, { text: totalsLines(totals).join('\n'), object: { kind: 'totals', ...totals } })
}

/** Rules would never be looked at where someone else answers. */
function refuseMisfits(options: ListenOptions): void {
  if (options.forward === undefined) return
  for (const name of ['deny', 'drop', 'reply', 'status', 'garbage'] as const) {
    if (options[name] === undefined) continue
    throw new CliError('usage', `With --forward the other receiver answers, so --${name} has no meaning.`)
  }
}

function say(options: ListenOptions, io: CliIo, what: { readonly text: string; readonly object: object }): void {
  line(io.stdout, options.json === true ? JSON.stringify(what.object) : what.text)
}

interface TellerParts {
  readonly options: ListenOptions
  readonly io: CliIo
  readonly counter: Counter
  readonly record: Recorder | undefined
}

/** Counts a request, records it, and shows it where someone looks. */
function tellerFor({ options, io, counter, record }: TellerParts): (exchanged: Exchanged) => void {
  const paint = paintFor(io.stdout, io.environment)
  return (exchanged) => {
    const isRepeated = counter.count(exchanged.checked)
    record?.(exchanged.arrived, exchanged.checked, exchanged.reply)
    if (options.quiet === true) return
    if (options.json === true) line(io.stdout, JSON.stringify(requestObject(exchanged, isRepeated)))
    else printLines(io, requestLines(exchanged, isRepeated, paint))
  }
}

/** A sender keeps connections; who closed them first would break a request that is on its way. */
const keepAliveMs = 75_000

interface Serving {
  readonly tell: (exchanged: Exchanged) => void
  /** Exchanges that have not ended. */
  readonly running: Set<Promise<void>>
}

function serve(deps: ExchangeDeps, { tell, running }: Serving): Server {
  return createServer({ keepAliveTimeout: keepAliveMs }, (request, response) => {
    const work = exchange(request, response, deps).then(
      (exchanged) => {
        if (exchanged !== undefined) tell(exchanged)
      },
      // What cannot be answered (the other side is gone) has no one who waits for it.
      () => void response.destroy(),
    )
    running.add(work)
    void work.finally(() => running.delete(work))
  })
}

/** @throws CliError `configuration` if the port cannot be had */
async function open(
  server: Server,
  place: { readonly host: string; readonly port: number },
): Promise<{ readonly url: string; readonly port: number }> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(place, resolve)
    })
  } catch (error) {
    throw (await portProblem(error, place)) ?? error
  }
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : place.port
  const shown = place.host === '0.0.0.0' || place.host === '::' ? '127.0.0.1' : place.host
  return { url: `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`, port }
}

interface Waiting {
  readonly url: string
  readonly host: string
  readonly port: number
  readonly isTokenKnown: boolean
  /** In seconds. */
  readonly hintAfter: number
  readonly io: CliIo
  readonly counter: Counter
}

/** Helps once, where nothing at all has arrived. */
async function hintWhenQuiet({ hintAfter, io, counter, ...place }: Waiting): Promise<void> {
  await sleep(hintAfter * 1000, undefined, { signal: io.stop, ref: false }).catch(() => undefined)
  if (io.stop.aborted || counter.totals().requests > 0) return
  for (const text of await nothingArrives(place, io)) line(io.stderr, text)
}
