// TLS over a connection that already stands. The name in the URL is the name that is asked for and checked, whatever
// address was dialled.

import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import type { Socket } from 'node:net'
import { connect } from 'node:tls'
import type { SecureContext, TLSSocket } from 'node:tls'
import type { CertificateFacts } from '../../domain/diagnosis/outcome.ts'
import type { Halt } from '../exchange/halt.ts'
import { isWeak, nameTlsFault } from './tls-faults.ts'
import type { TlsFault } from './tls-faults.ts'

export type Secured =
  | {
      readonly kind: 'secured'
      readonly socket: TLSSocket
      readonly protocol: string
      readonly certificate: CertificateFacts | undefined
    }
  | {
      readonly kind: 'failed'
      readonly code: TlsFault
      readonly errorCode: string
      readonly certificate: CertificateFacts | undefined
    }
  | { readonly kind: 'halted' }

/**
 * Makes the handshake. Never rejects; the socket below is destroyed unless it is returned.
 * @param request.host the name or address of the URL, without brackets
 */
export function secure(request: {
  readonly socket: Socket
  readonly host: string
  readonly context: SecureContext
  readonly halt: Halt
}): Promise<Secured> {
  const { host, halt } = request
  return new Promise((settle) => {
    const socket = connect({
      socket: request.socket,
      secureContext: request.context,
      host,
      // SNI carries names only (RFC 6066, 3).
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ALPNProtocols: ['http/1.1'],
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
    })
    let leaf: X509Certificate | undefined
    let certificate: CertificateFacts | undefined
    const readCertificate = () => {
      leaf ??= socket.getPeerX509Certificate()
      if (leaf !== undefined) certificate ??= certificateFacts(leaf, socket)
    }
    let isOver = false
    const finish = (secured: Secured) => {
      if (isOver) return
      isOver = true
      halt.unwatch()
      if (secured.kind !== 'secured') socket.destroy()
      settle(secured)
    }
    // Before Node's own listener, which destroys the socket when the certificate is no good, and its facts with it.
    socket.prependListener('secure', readCertificate)
    // And where an alert ends the handshake half-way: whether the certificate had come tells what the alert is about.
    const destroy = socket.destroy.bind(socket)
    socket.destroy = (error) => {
      readCertificate()
      return destroy(error)
    }
    socket.once('secureConnect', () => {
      finish({ kind: 'secured', socket, protocol: socket.getProtocol() ?? '', certificate })
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const errorCode = error.code ?? 'UNKNOWN'
      finish({
        kind: 'failed',
        code: nameTlsFault(errorCode, leaf && { isWeak: isWeak(leaf) }),
        errorCode,
        certificate,
      })
    })
    socket.once('close', () => finish({ kind: 'failed', code: 'tls_reset', errorCode: 'ECONNRESET', certificate }))
    halt.watch(() => finish({ kind: 'halted' }))
  })
}

function certificateFacts(leaf: X509Certificate, socket: TLSSocket): CertificateFacts {
  return {
    subject: oneLine(leaf.subject),
    issuer: oneLine(leaf.issuer),
    names: namesOf(leaf.subjectAltName),
    notBefore: leaf.validFromDate.getTime(),
    notAfter: leaf.validToDate.getTime(),
    fingerprint: leaf.fingerprint256,
    chainLength: chainLength(socket),
  }
}

/** How many different certificates the chain has. Node links each one to its issuer, and a root to itself. */
function chainLength(socket: TLSSocket): number {
  const seen = new Set<string>()
  let certificate = socket.getPeerCertificate(true)
  while (
    certificate !== undefined &&
    certificate.fingerprint256 !== undefined &&
    !seen.has(certificate.fingerprint256)
  ) {
    seen.add(certificate.fingerprint256)
    certificate = certificate.issuerCertificate
  }
  return seen.size
}

/** How many names of a certificate are kept as evidence; some have hundreds. */
const maxNames = 20

function namesOf(subjectAltName: string | undefined): readonly string[] {
  if (subjectAltName === undefined) return []
  return subjectAltName
    .split(', ')
    .map((entry) => entry.replace(/^(DNS|IP Address):/, ''))
    .slice(0, maxNames)
}

function oneLine(name: string): string {
  return name.split('\n').join(', ')
}
