// What TLS of ours needs to know beforehand: made once for all webhooks, and once for each that has its own.

import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { createSecureContext, getCACertificates } from 'node:tls'
import type { SecureContext } from 'node:tls'
import type { TlsProblem, WebhookTls } from '../../domain/webhook/tls.ts'

export interface TlsContexts {
  /** @param own settings that `findTlsProblem` found nothing wrong with; the very same object has the very same context */
  of(own: WebhookTls | null | undefined): SecureContext
}

/** @param extraCertificates of authorities that count beside the public ones, as PEM */
export function createTlsContexts(extraCertificates: readonly string[]): TlsContexts {
  // Reading the public authorities takes some 20 ms, and a service may never need them.
  let common: SecureContext | undefined
  const commonAuthorities = (): { readonly ca?: string[] } =>
    extraCertificates.length === 0 ? {} : { ca: [...getCACertificates('default'), ...extraCertificates] }
  const owns = new WeakMap<WebhookTls, SecureContext>()
  return {
    of(own) {
      if (own === null || own === undefined) {
        return (common ??= createSecureContext({ minVersion: 'TLSv1.2', ...commonAuthorities() }))
      }
      const known = owns.get(own)
      if (known !== undefined) return known
      const { ca, certificate, privateKey } = own
      const made = createSecureContext({
        minVersion: 'TLSv1.2',
        ...(ca === null ? commonAuthorities() : { ca }),
        ...(certificate === null || privateKey === null ? {} : { cert: certificate, key: privateKey }),
      })
      owns.set(own, made)
      return made
    },
  }
}

/** Looks at TLS settings before they are kept, so that a receiver is never blamed for what could be seen here. */
export function findTlsProblem({ ca, certificate, privateKey }: WebhookTls): TlsProblem | undefined {
  if (ca !== null && readCertificates(ca) === undefined) return { member: 'ca', detail: notPem('The authorities are') }
  if (certificate === null && privateKey === null) {
    if (ca !== null) return undefined
    return { member: 'ca', detail: 'Give `ca`, or `certificate` with `privateKey`, or null for no TLS of its own.' }
  }
  if (certificate === null) return { member: 'certificate', detail: 'A private key needs its certificate beside it.' }
  if (privateKey === null) return { member: 'privateKey', detail: 'A certificate needs its private key beside it.' }
  const [leaf] = readCertificates(certificate) ?? []
  if (leaf === undefined) return { member: 'certificate', detail: notPem('The certificate is') }
  const key = readPrivateKey(privateKey)
  if (key === undefined) {
    return {
      member: 'privateKey',
      detail: 'The private key cannot be read. Give it as PEM and without a passphrase (PKCS#8, PKCS#1 or SEC1).',
    }
  }
  if (!leaf.checkPrivateKey(key)) {
    return {
      member: 'privateKey',
      detail:
        'The private key belongs to another certificate. The first certificate must be its own; the chain follows.',
    }
  }
  return opensContext(certificate, privateKey)
}

/** What OpenSSL refuses although each part can be read, such as a key that is too short. */
function opensContext(cert: string, key: string): TlsProblem | undefined {
  try {
    createSecureContext({ minVersion: 'TLSv1.2', cert, key })
    return undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return {
      member: 'certificate',
      detail: `TLS refuses this certificate and key (${code}); a key that is too short does that.`,
    }
  }
}

function notPem(subject: string): string {
  return `${subject} no PEM certificate: text from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----.`
}

/** @returns at least one, or `undefined` if the text is anything else */
function readCertificates(pem: string): readonly X509Certificate[] | undefined {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g)
  if (blocks === null) return undefined
  try {
    return blocks.map((block) => new X509Certificate(block))
  } catch {
    return undefined
  }
}

function readPrivateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}
