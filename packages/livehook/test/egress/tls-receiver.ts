// Receivers behind TLS, each with one thing wrong, and the authority that the tests trust.

import { createServer as createTlsServer } from 'node:tls'
import type { TlsOptions } from 'node:tls'
import type { Server } from 'node:net'
import { createServer } from 'node:net'
import { issueCertificate } from './certificates.ts'
import type { CertificateWishes, Issued } from './certificates.ts'

/** The name under which the tests call a TLS receiver. */
export const tlsName = 'receiver.test'

/** Below the tests' authority; only a server that may show weak keys and old versions needs it. */
const anyStrength = 'DEFAULT@SECLEVEL=0'

export interface TlsReceiver {
  readonly port: number
  /** The names that were asked for (SNI), one per handshake that ended well. */
  readonly serverNames: readonly (string | false | null)[]
  close(): Promise<void>
}

/** Issues certificates and opens receivers that show them. */
export class TlsWorld {
  readonly root = issueCertificate({ name: 'Test Root', isAuthority: true })
  readonly #intermediate = issueCertificate({ name: 'Test Intermediate', isAuthority: true, issuer: this.root })

  /** Opens a receiver with the fault that a case names, or with none. */
  open(fault: string): Promise<TlsReceiver> {
    switch (fault) {
      case 'none':
        return openTls(this.#leaf({}))
      case 'tls_not_tls':
        return openRaw(Buffer.from('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n'))
      case 'tls_untrusted':
        return openTls(issueCertificate({ name: tlsName, dnsNames: [tlsName] }))
      case 'unknown_authority': {
        const stranger = issueCertificate({ name: 'Strange Root', isAuthority: true })
        return openTls(issueCertificate({ name: tlsName, dnsNames: [tlsName], issuer: stranger }), {
          chain: [stranger],
        })
      }
      case 'tls_expired':
        return openTls(this.#leaf({ notBefore: Date.now() - 2e9, notAfter: Date.now() - 1e9 }))
      case 'tls_not_yet_valid':
        return openTls(this.#leaf({ notBefore: Date.now() + 1e9, notAfter: Date.now() + 2e9 }))
      case 'tls_name_mismatch':
        return openTls(this.#leaf({ dnsNames: ['another.test'] }))
      case 'tls_incomplete_chain':
        return openTls(this.#leaf({ issuer: this.#intermediate }))
      case 'whole_chain':
        return openTls(this.#leaf({ issuer: this.#intermediate }), { chain: [this.#intermediate] })
      case 'tls_weak_key':
        return openTls(this.#leaf({ rsaBits: 1024 }), { options: { ciphers: anyStrength } })
      case 'tls_version':
        return openTls(this.#leaf({ rsaBits: 2048 }), {
          options: { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: anyStrength },
        })
      case 'tls_client_cert':
        return openTls(this.#leaf({}), {
          options: { requestCert: true, rejectUnauthorized: true, ca: this.root.certificatePem },
        })
      case 'tls_client_cert_1_2':
        return openTls(this.#leaf({}), {
          options: { requestCert: true, rejectUnauthorized: true, ca: this.root.certificatePem, maxVersion: 'TLSv1.2' },
        })
      case 'tls_too_large': {
        const heavy = issueCertificate({
          name: 'Heavy',
          isAuthority: true,
          issuer: this.root,
          ballastBytes: 100 * 1024,
        })
        return openTls(this.#leaf({}), { chain: [heavy] })
      }
      case 'tls_unrecognized_name':
        // A fatal alert, 112.
        return openRaw(Buffer.from([0x15, 3, 3, 0, 2, 2, 112]))
      case 'tls_reset':
        return openRaw(undefined)
      default:
        throw new TypeError(`No receiver has the fault ${fault}.`)
    }
  }

  #leaf(wishes: Partial<CertificateWishes>): Issued {
    return issueCertificate({ name: tlsName, dnsNames: [tlsName], issuer: this.root, ...wishes })
  }
}

function openTls(
  leaf: Issued,
  more: { readonly chain?: readonly Issued[]; readonly options?: TlsOptions } = {},
): Promise<TlsReceiver> {
  const serverNames: (string | false | null)[] = []
  const server = createTlsServer(
    {
      key: leaf.privateKeyPem,
      cert: [leaf, ...(more.chain ?? [])].map((issued) => issued.certificatePem).join(''),
      ...more.options,
    },
    (socket) => {
      serverNames.push(socket.servername)
      socket.on('error', () => undefined)
      socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{"ErrorCode":0}'))
    },
  )
  server.on('tlsClientError', () => undefined)
  return listen(server, serverNames)
}

/** Answers the first bytes with others and closes; with nothing, it resets. */
function openRaw(answer: Buffer | undefined): Promise<TlsReceiver> {
  return listen(
    createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => {
        if (answer === undefined) socket.resetAndDestroy()
        else socket.end(answer)
      })
    }),
  )
}

function listen(server: Server, serverNames: TlsReceiver['serverNames'] = []): Promise<TlsReceiver> {
  return new Promise((ready, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      ready({ port, serverNames, close: () => new Promise((closed) => server.close(() => closed())) })
    })
  })
}
