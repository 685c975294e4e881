// Lists in the terminal: a table that fits, or JSON; once, or again and again.

import { setTimeout as sleep } from 'node:timers/promises'
import type { List } from '../../http/contract/contract.ts'
import type { ApiClient } from '../client/api-client.ts'
import type { CliIo } from '../io.ts'
import { line } from '../io.ts'
import type { Paint } from '../terminal/paint.ts'
import { shownTime } from '../terminal/lines.ts'
import { paintFor, terminalWidth } from '../terminal/paint.ts'
import type { Fit } from '../terminal/table.ts'
import { tableOf } from '../terminal/table.ts'

export interface Listing<Item> {
  readonly head: readonly string[]
  /** What becomes of a column if there is no room; as `tableOf` has it. */
  readonly fit?: readonly Fit[]
  readonly row: (item: Item, show: Shown) => readonly string[]
  readonly read: () => Promise<readonly Item[]>
  /** What is said where there is nothing. */
  readonly empty: string
}

/** How a cell is shown. */
export interface Shown {
  readonly paint: Paint
  /** Short in a terminal. @param at RFC 3339 */
  readonly time: (at: string) => string
}

export interface ListingOptions {
  readonly json?: true
  readonly watch?: true
}

const watchEveryMs = 2000

/** Shows the list; with `watch` until the person asks the program to stop. */
export async function showListing<Item>(listing: Listing<Item>, options: ListingOptions, io: CliIo): Promise<void> {
  if (options.watch !== true) {
    for (const text of linesOf(listing, await listing.read(), { options, io })) line(io.stdout, text)
    return
  }
  const isTerminal = io.stdout.isTTY === true
  let before = ''
  while (!io.stop.aborted) {
    const text = linesOf(listing, await listing.read(), { options, io }).join('\n')
    // A terminal is drawn again; elsewhere what has not changed is not said again.
    if (isTerminal) io.stdout.write(`\u001b[H\u001b[2J${text}\n`)
    else if (text !== before) line(io.stdout, options.json === true || before === '' ? text : `\n${text}`)
    before = text
    await sleep(watchEveryMs, undefined, { signal: io.stop }).catch(() => undefined)
  }
}

function linesOf<Item>(
  listing: Listing<Item>,
  items: readonly Item[],
  { options, io }: { readonly options: ListingOptions; readonly io: CliIo },
): readonly string[] {
  if (options.json === true) return [JSON.stringify(items)]
  if (items.length === 0) {
    if (options.watch !== true) line(io.stderr, listing.empty)
    return options.watch === true ? [listing.empty] : []
  }
  const now = Date.now()
  const show: Shown = { paint: paintFor(io.stdout, io.environment), time: (at) => shownTime(at, { io, now }) }
  const rows = items.map((item) => listing.row(item, show))
  return tableOf([listing.head, ...rows], { width: terminalWidth(io.stdout), fit: listing.fit })
}

const pageLimit = 200

/** All items of a list, or so many. */
export async function readPages<Item>(
  client: ApiClient,
  path: string,
  { query, limit }: { readonly query: URLSearchParams; readonly limit: number },
): Promise<readonly Item[]> {
  const items: Item[] = []
  for (;;) {
    query.set('limit', String(Math.min(pageLimit, limit - items.length)))
    const page = await client.get<List<Item>>(`${path}?${query.toString()}`)
    items.push(...page.items)
    if (page.nextCursor === null || items.length >= limit) return items
    query.set('cursor', page.nextCursor)
  }
}

/** One thing, member by member: `name  value`. */
export function factLines(facts: Readonly<Record<string, unknown>>): readonly string[] {
  return tableOf(
    Object.entries(facts).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  )
}
