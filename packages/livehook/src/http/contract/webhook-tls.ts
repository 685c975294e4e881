// TLS of a webhook's own: the private key goes in and never comes out.

import { Type } from 'typebox'
import { closed, Instant } from './basics.ts'

const Pem = Type.String({ minLength: 1, maxLength: 49_152 })
const ca = Type.Union([Pem, Type.Null()], {
  description:
    'Authorities that may have issued the receiver’s certificate, as PEM. They count instead of the public ones.',
})

/** Replaces what was there; `null` takes it away. */
export const NewWebhookTls = Type.Union(
  [
    Type.Object(
      {
        ca: Type.Optional(ca),
        certificate: Type.Optional(
          Type.Union([Pem, Type.Null()], { description: 'The client certificate and its chain, as PEM.' }),
        ),
        privateKey: Type.Optional(
          Type.Union([Pem, Type.Null()], {
            description:
              'Its private key, as PEM without a passphrase. Left out beside the certificate that is there already, it stays.',
          }),
        ),
      },
      closed,
    ),
    Type.Null(),
  ],
  { description: 'Authorities and a client certificate of this webhook’s own.' },
)
export type NewWebhookTls = Type.Static<typeof NewWebhookTls>

export const WebhookTls = Type.Union([
  Type.Object({
    ca: Type.Union([Type.String(), Type.Null()]),
    certificate: Type.Union([Type.String(), Type.Null()]),
    /** When the client certificate ends. */
    certificateEndsAt: Type.Union([Instant, Type.Null()]),
  }),
  Type.Null(),
])
export type WebhookTls = Type.Static<typeof WebhookTls>
