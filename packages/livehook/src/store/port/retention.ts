// What a store promises to maintenance, which keeps it from growing forever: small steps, one commit each.

export interface ExpiredEvents {
  /** Of at most some hundred rows together with their deliveries and attempts. */
  readonly eventIds: readonly string[]
  /** Where the next look begins. */
  readonly position: number
  /** Whether nothing is left that is old enough. */
  readonly isEnd: boolean
}

export interface RetentionStore {
  /**
   * Looks for events that may go, from the oldest on: accepted before then, every delivery ended, the last attempt before
   * then too. Reads a bounded number of rows.
   * @param look `position`: 0, or what the look before gave; `before`: epoch milliseconds
   */
  findExpired(look: { readonly position: number; readonly before: number }): Promise<ExpiredEvents>
  /**
   * Removes events with their deliveries, attempts and evidence; those that are needed again by now stay.
   * @returns how many went
   */
  removeExpired(eventIds: readonly string[], before: number): Promise<number>
  /**
   * Removes a bounded number of summary rows, decisions and ended jobs from before then.
   * @returns whether there may be more
   */
  trimSummaries(before: number): Promise<boolean>
}
