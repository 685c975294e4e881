// The outcome of a handler, as a value: a reply, or the reason why there is none.

/** What a run came to. Only a reply is remembered: what failed is tried again. */
export type RunResult =
  | {
      readonly kind: 'replied'
      /** The packet as it is sent. */
      readonly reply: string
      readonly decision: 'acknowledged' | 'allow' | 'deny' | 'drop' | 'repeated'
    }
  | { readonly kind: 'failed'; readonly reason: 'handler_threw' | 'bad_reply' | 'once_store'; readonly error: unknown }
