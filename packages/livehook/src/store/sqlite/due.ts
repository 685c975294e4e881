// What waits for a webhook stands in two indexes, so that neither is read to find the other: first attempts, and retries
// (everything that has an attempt behind it, redeliveries too). SQLite takes a partial index only where its condition
// stands in the statement word for word.

export interface DueKind {
  readonly index: string
  /** Its parameter is the webhook. */
  readonly where: string
}

/** A webhook's first attempts or its retries, in a statement where no other table has columns of these names. */
export const dueKinds = {
  first: { index: 'deliveries_first', where: 'webhook = ? AND state = 2 AND attempts = 0' },
  retry: { index: 'deliveries_retries', where: 'webhook = ? AND state = 2 AND attempts > 0' },
} as const satisfies Record<string, DueKind>

/** Everything that waits for a webhook, in no order. Parameters: the webhook, twice, then the limit. */
export const selectWaiting = `${selectKind(dueKinds.first)} UNION ALL ${selectKind(dueKinds.retry)} LIMIT ?`

function selectKind({ index, where }: DueKind): string {
  return `SELECT delivery FROM deliveries INDEXED BY ${index} WHERE ${where}`
}
