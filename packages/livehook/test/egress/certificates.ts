// Certificates for the tests, made while they run: just enough DER (X.690, RFC 5280) for an authority, what it issues,
// and everything that can be wrong with it.

import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

export interface Issued {
  readonly name: string
  readonly certificatePem: string
  readonly privateKeyPem: string
  readonly privateKey: KeyObject
}

export interface CertificateWishes {
  readonly name: string
  /** Who signs; itself if this is left out. */
  readonly issuer?: Issued
  readonly isAuthority?: boolean
  readonly dnsNames?: readonly string[]
  /** Epoch milliseconds. */
  readonly notBefore?: number
  readonly notAfter?: number
  /** An RSA key of so many bits instead of one on P-256. */
  readonly rsaBits?: number
  /** Bytes of ballast in an extension that no one reads. */
  readonly ballastBytes?: number
}

const dayMs = 86_400_000

/** Makes a key and a certificate for it. */
export function issueCertificate(wishes: CertificateWishes): Issued {
  const { publicKey, privateKey } =
    wishes.rsaBits === undefined
      ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
      : generateKeyPairSync('rsa', { modulusLength: wishes.rsaBits })
  const signer = wishes.issuer?.privateKey ?? privateKey
  const algorithm = algorithmOf(signer)
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    nameOf(wishes.issuer?.name ?? wishes.name),
    sequence(time(wishes.notBefore ?? Date.now() - dayMs), time(wishes.notAfter ?? Date.now() + 30 * dayMs)),
    nameOf(wishes.name),
    publicKey.export({ format: 'der', type: 'spki' }),
    explicit(3, sequence(...extensions(wishes))),
  )
  const certificate = sequence(body, algorithm, bitString(sign('sha256', body, signer)))
  return {
    name: wishes.name,
    certificatePem: toPem(certificate),
    privateKeyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }),
    privateKey,
  }
}

function extensions({ isAuthority, dnsNames = [], ballastBytes }: CertificateWishes): Buffer[] {
  const list: Buffer[] = []
  if (isAuthority === true) {
    const basicConstraints = sequence(tagged(0x01, Buffer.from([0xff])))
    list.push(sequence(oid(0x55, 0x1d, 0x13), tagged(0x01, Buffer.from([0xff])), octets(basicConstraints)))
  }
  if (dnsNames.length > 0) {
    const names = sequence(...dnsNames.map((name) => tagged(0x82, Buffer.from(name))))
    list.push(sequence(oid(0x55, 0x1d, 0x11), octets(names)))
  }
  // 1.3.6.1.4.1.99999.1: a private arc.
  if (ballastBytes !== undefined) {
    list.push(sequence(oid(0x2b, 6, 1, 4, 1, 0x86, 0x8d, 0x1f, 1), octets(octets(Buffer.alloc(ballastBytes)))))
  }
  return list
}

function algorithmOf(key: KeyObject): Buffer {
  return key.asymmetricKeyType === 'rsa'
    ? sequence(oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11), tagged(0x05))
    : sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2))
}

function nameOf(commonName: string): Buffer {
  return sequence(tagged(0x31, sequence(oid(0x55, 4, 3), tagged(0x0c, Buffer.from(commonName)))))
}

function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '')
  // GeneralizedTime from 2050 on, UTCTime before (RFC 5280, 4.1.2.5).
  return Number(digits.slice(0, 4)) >= 2050
    ? tagged(0x18, Buffer.from(digits))
    : tagged(0x17, Buffer.from(digits.slice(2)))
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tagged(0x30, ...parts)
}

function explicit(number: number, part: Uint8Array): Buffer {
  return tagged(0xa0 + number, part)
}

function integer(bytes: Uint8Array): Buffer {
  return tagged(0x02, bytes)
}

function octets(bytes: Uint8Array): Buffer {
  return tagged(0x04, bytes)
}

function bitString(bytes: Uint8Array): Buffer {
  return tagged(0x03, Buffer.from([0]), bytes)
}

function oid(...bytes: readonly number[]): Buffer {
  return tagged(0x06, Buffer.from(bytes))
}

function tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : length < 0x10000
          ? [0x82, length >> 8, length & 255]
          : [0x83, length >> 16, (length >> 8) & 255, length & 255]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function toPem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
