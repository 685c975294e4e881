// A start that cannot go on: the service's own certificate or its key cannot be used.

export class TlsFilesError extends Error {
  override readonly name = 'TlsFilesError'
  readonly code = 'invalid_tls_files'
}
