// Lists come a page at a time.

export interface Page<Item> {
  readonly items: readonly Item[]
  /** To be passed on unchanged; `null` at the end. */
  readonly nextCursor: string | null
}

export interface PageRequest {
  /** 1 to 200. */
  readonly limit: number
  readonly cursor?: string
}
