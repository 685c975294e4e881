// What a webhook's TLS has of its own: whom it trusts, and who it says it is.

/** At least one of `ca` and `certificate` is there; `certificate` and `privateKey` come together. */
export interface WebhookTls {
  /** The authorities that may have issued the receiver's certificate, as PEM, instead of the public ones; `null` for those. */
  readonly ca: string | null
  /** The certificate that is shown to a receiver that asks for one, with its chain, as PEM. */
  readonly certificate: string | null
  /** Its private key, as PEM. Never leaves through the API. */
  readonly privateKey: string | null
}

/** What is wrong with TLS settings, for the person who gave them. */
export interface TlsProblem {
  readonly member: keyof WebhookTls
  readonly detail: string
}
