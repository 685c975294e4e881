// livehook simulate: a live evening through the API of a service. In reading order: simulate/evening.ts (what happens),
// simulate/battles.ts, simulate/bodies.ts, simulate/chance.ts, simulate/play.ts (handing it in), simulate/outcome.ts.

import { clientFromEnvironment } from '../client/which-service.ts'
import { chooseApp } from '../client/app-choice.ts'
import type { CliIo } from '../io.ts'
import { CliError, line, stopped } from '../io.ts'
import type { SimulateOptions } from '../input/options.ts'
import type { ProgressBar } from '../terminal/progress-bar.ts'
import { createProgressBar } from '../terminal/progress-bar.ts'
import type { Evening } from './story.ts'
import { planEvening } from './evening.ts'
import type { Outcome } from './outcome.ts'
import { awaitOutcome } from './outcome.ts'
import type { Played } from './play.ts'
import { play } from './play.ts'
import { tableOf } from '../terminal/table.ts'
import { readDuration } from '../input/time-ago.ts'
import { wholeNumber } from '../input/whole-number.ts'

export async function simulate(options: SimulateOptions, io: CliIo): Promise<void> {
  const evening: Evening = {
    seed: wholeNumber(options.seed, { name: '--seed', fallback: 1, least: 0, most: 4_294_967_295 }),
    rooms: wholeNumber(options.rooms, { name: '--rooms', fallback: 5, most: 10_000 }),
    viewers: wholeNumber(options.viewers, { name: '--viewers', fallback: 200, least: 0, most: 200_000 }),
    durationMs: readDuration(options.duration ?? '30s', '--duration'),
    startAt: Date.now(),
  }
  const rate =
    options.rate === undefined ? undefined : wholeNumber(options.rate, { name: '--rate', fallback: 1, most: 100_000 })
  const patienceMs = readDuration(options.wait ?? '60s', '--wait')
  const client = clientFromEnvironment(io)
  const sdkAppId = await chooseApp(client, options.app)
  const bar = createProgressBar(io.stderr, () => performance.now())
  const startedAt = performance.now()
  const happenings = planEvening(evening)
  line(
    io.stderr,
    `An evening of ${evening.rooms} rooms and ${evening.viewers} viewers: ${happenings.length} happenings.`,
  )
  try {
    const onProgress = progressOf(bar, { all: happenings.length, startedAt })
    const played = await play({ client, sdkAppId, happenings, rate, stop: io.stop, onProgress })
    const seconds = (performance.now() - startedAt) / 1000
    const outcome = await awaitOutcome({
      client,
      sdkAppId,
      deliveries: played.deliveries,
      patienceMs,
      stop: io.stop,
      // The service's clock may be another, by a little.
      from: new Date(evening.startAt - 60_000).toISOString(),
      onProgress: (ended, pending) =>
        bar.show(ended / Math.max(1, played.deliveries.size), `${ended} deliveries ended, ${pending} pending`),
    })
    bar.end()
    show({ evening, played, outcome, seconds }, { options, io })
    endBy(outcome, io)
  } finally {
    bar.end()
  }
}

function progressOf(
  bar: ProgressBar,
  { all, startedAt }: { readonly all: number; readonly startedAt: number },
): (done: number, played: Played) => void {
  return (done, { accepted, asked, denied }) => {
    const rate = Math.round((accepted + asked) / Math.max(0.001, (performance.now() - startedAt) / 1000))
    bar.show(done / Math.max(1, all), `${accepted} accepted, ${asked} asked, ${denied} denied, ${rate}/s`)
  }
}

interface Summary {
  readonly evening: Evening
  readonly played: Played
  readonly outcome: Outcome
  /** Of handing in. */
  readonly seconds: number
}

function show(
  { evening, played, outcome, seconds }: Summary,
  { options, io }: { readonly options: SimulateOptions; readonly io: CliIo },
): void {
  const { deliveries, ...counts } = played
  const { succeeded, dead, cancelled, pending, retrying } = outcome
  const perSecond = Math.round((counts.asked + counts.accepted) / Math.max(0.001, seconds))
  if (options.json === true) {
    const { seed, rooms, viewers } = evening
    const took = { seconds: Math.round(seconds * 10) / 10, perSecond }
    line(
      io.stdout,
      JSON.stringify({ seed, rooms, viewers, ...counts, deliveries: deliveries.size, ...outcome, ...took }),
    )
    return
  }
  const rows: [string, number][] = [
    ['asked', counts.asked],
    ['  allowed', counts.allowed],
    ['  denied', counts.denied],
    ['  dropped', counts.dropped],
    ['  decided by policy', counts.byPolicy],
    ['accepted', counts.accepted],
    ['  not subscribed', counts.notSubscribed],
    ['deliveries', deliveries.size],
    ['  succeeded', succeeded],
    ['  dead', dead],
    ['  cancelled', cancelled],
    ['  pending', pending],
    ['  pending after a failure', retrying],
  ]
  for (const text of tableOf([['', 'COUNT'], ...rows.map(([name, count]) => [name, String(count)])]))
    line(io.stdout, text)
  line(io.stdout, `handed in within ${seconds.toFixed(1)} s, ${perSecond} a second`)
}

/** @throws CliError if something did not arrive, or where it was stopped */
function endBy({ dead, cancelled, pending }: Outcome, io: CliIo): void {
  if (io.stop.aborted) {
    throw stopped(io.stop, 'Stopped before the evening was over.')
  }
  const left = { dead, cancelled, pending }
  const what = Object.entries(left).flatMap(([state, count]) => (count > 0 ? [`${count} ${state}`] : []))
  if (what.length === 0) return
  throw new CliError(
    'invalidReply',
    `Not every delivery succeeded: ${what.join(', ')}. \`livehook deliveries ls --state dead\` and \`--state pending\` show why.`,
  )
}
