// Lists that are read to their end, page by page.

import type { List } from 'livehook/contract'

/** As many as one page may hold. */
const largestPage = 200

/** Bounds a service that never stops handing out cursors. */
const maxPages = 50

/** Reads every page. @param readPage gets the parameters of one */
export async function readAll<Item>(readPage: (parameters: string) => Promise<List<Item>>): Promise<readonly Item[]> {
  const items: Item[] = []
  let cursor: string | null = null
  for (let page = 0; page < maxPages; page += 1) {
    const parameters = new URLSearchParams({ limit: String(largestPage) })
    if (cursor !== null) parameters.set('cursor', cursor)
    const answer: List<Item> = await readPage(parameters.toString())
    items.push(...answer.items)
    cursor = answer.nextCursor
    if (cursor === null) break
  }
  return items
}
