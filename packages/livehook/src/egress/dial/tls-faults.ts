// What broke a TLS handshake, by the error's code and facts of the certificate; never by an error's text.

import type { X509Certificate } from 'node:crypto'

/** Details of the diagnosis that the TLS phase can end in. */
export type TlsFault =
  | 'tls_expired'
  | 'tls_not_yet_valid'
  | 'tls_name_mismatch'
  | 'tls_untrusted'
  | 'tls_incomplete_chain'
  | 'tls_weak_key'
  | 'tls_too_large'
  | 'tls_client_cert'
  | 'tls_not_tls'
  | 'tls_version'
  | 'tls_reset'
  | 'tls_unrecognized_name'

const faultsByCode: Readonly<Record<string, TlsFault>> = {
  CERT_HAS_EXPIRED: 'tls_expired',
  CRL_HAS_EXPIRED: 'tls_expired',
  CERT_NOT_YET_VALID: 'tls_not_yet_valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls_name_mismatch',
  ERR_TLS_CERT_ALTNAME_FORMAT: 'tls_name_mismatch',
  HOSTNAME_MISMATCH: 'tls_name_mismatch',
  // Only the receiver's own certificate came and no one here knows its issuer: nearly always a forgotten intermediate.
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls_incomplete_chain',
  UNABLE_TO_GET_ISSUER_CERT: 'tls_incomplete_chain',
  // Others came with it, and the last one's issuer is unknown here.
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls_untrusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls_untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls_untrusted',
  CERT_UNTRUSTED: 'tls_untrusted',
  CERT_REJECTED: 'tls_untrusted',
  CERT_REVOKED: 'tls_untrusted',
  CERT_CHAIN_TOO_LONG: 'tls_untrusted',
  CERT_SIGNATURE_FAILURE: 'tls_untrusted',
  INVALID_CA: 'tls_untrusted',
  INVALID_PURPOSE: 'tls_untrusted',
  PATH_LENGTH_EXCEEDED: 'tls_untrusted',
  EE_KEY_TOO_SMALL: 'tls_weak_key',
  CA_KEY_TOO_SMALL: 'tls_weak_key',
  CA_MD_TOO_WEAK: 'tls_weak_key',
  ERR_SSL_EE_KEY_TOO_SMALL: 'tls_weak_key',
  ERR_SSL_CA_KEY_TOO_SMALL: 'tls_weak_key',
  ERR_SSL_CA_MD_TOO_WEAK: 'tls_weak_key',
  ERR_SSL_DH_KEY_TOO_SMALL: 'tls_weak_key',
  ERR_SSL_BAD_ECC_CERT: 'tls_weak_key',
  ERR_SSL_EXCESSIVE_MESSAGE_SIZE: 'tls_too_large',
  ERR_SSL_CERT_LENGTH_MISMATCH: 'tls_too_large',
  // Alert 116: TLS 1.3 asks for the certificate of the client by name.
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'tls_client_cert',
  'ERR_SSL_TLSV1.3_ALERT_CERTIFICATE_REQUIRED': 'tls_client_cert',
  // Alert 112.
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: 'tls_unrecognized_name',
  ERR_SSL_TLSV1_ALERT_UNRECOGNIZED_NAME: 'tls_unrecognized_name',
  // Alert 70, 71, and an answer in a version that is too old for us.
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'tls_version',
  ERR_SSL_TLSV1_ALERT_INSUFFICIENT_SECURITY: 'tls_version',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'tls_version',
  ERR_SSL_VERSION_TOO_LOW: 'tls_version',
  ERR_SSL_NO_PROTOCOLS_AVAILABLE: 'tls_version',
  ERR_SSL_WRONG_SSL_VERSION: 'tls_version',
  ERR_SSL_UNSUPPORTED_SSL_VERSION: 'tls_version',
  // Bytes that are no TLS record.
  ERR_SSL_WRONG_VERSION_NUMBER: 'tls_not_tls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'tls_not_tls',
  ERR_SSL_UNEXPECTED_MESSAGE: 'tls_not_tls',
  ERR_SSL_HTTP_REQUEST: 'tls_not_tls',
  ERR_SSL_RECORD_TOO_SMALL: 'tls_not_tls',
  ERR_SSL_BAD_RECORD_TYPE: 'tls_not_tls',
}

/** Alerts with which a server turns away a certificate of the client: 42 to 46, 48 and 49. */
const certificateAlerts: ReadonlySet<string> = new Set([
  'BAD_CERTIFICATE',
  'UNSUPPORTED_CERTIFICATE',
  'CERTIFICATE_REVOKED',
  'CERTIFICATE_EXPIRED',
  'CERTIFICATE_UNKNOWN',
  'UNKNOWN_CA',
  'ACCESS_DENIED',
])

/**
 * Names the fault of a handshake, or of the first answer after one (a TLS 1.3 server refuses a client without a
 * certificate only then).
 * @param errorCode the error's own code
 * @param leaf about the receiver's certificate, if it had come
 */
export function nameTlsFault(errorCode: string, leaf: { readonly isWeak: boolean } | undefined): TlsFault {
  const fault = faultsByCode[errorCode]
  if (fault !== undefined) return fault
  const alert = /_ALERT_([A-Z_]+)$/.exec(errorCode)?.[1]
  if (alert !== undefined && certificateAlerts.has(alert)) return 'tls_client_cert'
  if (alert === 'HANDSHAKE_FAILURE') {
    // Version and cipher were agreed when the receiver showed its certificate: what is left to refuse is ours.
    return leaf === undefined ? 'tls_version' : 'tls_client_cert'
  }
  if (leaf !== undefined && !errorCode.startsWith('E')) {
    // Node has no name of its own for keys and signatures that OpenSSL finds too weak.
    return leaf.isWeak ? 'tls_weak_key' : 'tls_untrusted'
  }
  return 'tls_reset'
}

/** Below OpenSSL's security level 2: 112 bits. */
export function isWeak(leaf: X509Certificate): boolean {
  const { asymmetricKeyType, asymmetricKeyDetails } = leaf.publicKey
  const isFactored = asymmetricKeyType === 'rsa' || asymmetricKeyType === 'rsa-pss' || asymmetricKeyType === 'dsa'
  if (isFactored && (asymmetricKeyDetails?.modulusLength ?? 2048) < 2048) return true
  return /md5|sha1/i.test(leaf.signatureAlgorithm ?? '')
}

/** Says whether an error came out of TLS rather than out of the connection below. */
export function isTlsCode(errorCode: string): boolean {
  return errorCode.startsWith('ERR_SSL_') || errorCode.startsWith('ERR_TLS_')
}
