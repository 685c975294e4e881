// What waits for a webhook stands in one index, its first attempts apart from its retries (everything that has an attempt
// behind it, redeliveries too).

/** What waits of one kind. Parameters: the webhook, then 0 for first attempts or 1 for retries. */
export const fromDue = 'deliveries INDEXED BY deliveries_due WHERE webhook = ? AND is_retry = ? AND state = 2'

/** Everything that waits, in no order. Parameters: the webhook, then the limit. */
export const selectWaiting =
  'SELECT delivery FROM deliveries INDEXED BY deliveries_due WHERE webhook = ? AND state = 2 LIMIT ?'
