// A start that cannot go on: the secrets in the store do not open with the keys of the settings.

export class SecretsError extends Error {
  override readonly name = 'SecretsError'
  readonly code = 'wrong_secret_key'
}
