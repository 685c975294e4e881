// The parameters that the service appends to a webhook's URL, and the words that may stand in them.

/** How the first two parameters are written: `webhook` (the default) or `callback`, which most existing receivers expect. */
export type Spelling = 'webhook' | 'callback'

/** The client's platform. `RESTAPI` is a REST API call, `Web` the Web SDK, `Unknown` a device of unknown type. */
export const optPlatforms = ['RESTAPI', 'Web', 'Android', 'iOS', 'Windows', 'Mac', 'iPad', 'Unknown'] as const

export type OptPlatform = (typeof optPlatforms)[number]

/** Says whether a text is one of the platforms; exact, because the word lands in the app's URL. */
export function isOptPlatform(text: unknown): text is OptPlatform {
  return (optPlatforms as readonly unknown[]).includes(text)
}

/** The names of all parameters in one spelling, in the order in which they are appended. */
export interface ParameterNames {
  readonly sdkAppId: 'SdkAppId' | 'SdkAppid'
  readonly command: 'WebhookCommand' | 'CallbackCommand'
  readonly contentType: 'contenttype'
  readonly clientIp: 'ClientIP'
  readonly optPlatform: 'OptPlatform'
  readonly sign: 'Sign'
  readonly requestTime: 'RequestTime'
}

const commonNames = {
  contentType: 'contenttype',
  clientIp: 'ClientIP',
  optPlatform: 'OptPlatform',
  sign: 'Sign',
  requestTime: 'RequestTime',
} as const

const namesOfSpelling: Readonly<Record<Spelling, ParameterNames>> = {
  webhook: { sdkAppId: 'SdkAppId', command: 'WebhookCommand', ...commonNames },
  callback: { sdkAppId: 'SdkAppid', command: 'CallbackCommand', ...commonNames },
}

/** The parameters' names in the given spelling. */
export function parameterNames(spelling: Spelling): ParameterNames {
  return namesOfSpelling[spelling]
}

/** Every parameter name of ours, in both spellings. A registered URL may carry none of them. */
export const reservedParameterNames: readonly string[] = [
  'SdkAppId',
  'SdkAppid',
  'WebhookCommand',
  'CallbackCommand',
  'contenttype',
  'ClientIP',
  'OptPlatform',
  'Sign',
  'RequestTime',
]

/**
 * Says whether a decoded parameter name is one of ours in any letter case. Receivers take our names in any letter case,
 * so `sign` beside our `Sign` would give them two values to choose from.
 * @param name the name after decoding, as `readQuery` gives it
 */
export function isReservedParameter(name: string): boolean {
  const lower = name.toLowerCase()
  return reservedParameterNames.some((reserved) => reserved.toLowerCase() === lower)
}

/**
 * Says whether a text is well formed as a command word, `Family.Name`: two words of letters, digits and `_`, each beginning
 * with a letter, at most 128 characters. Whether such a command exists is the catalogue's question.
 */
export function isCommandWord(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 128 && /^[A-Za-z][A-Za-z0-9_]*\.[A-Za-z][A-Za-z0-9_]*$/.test(text)
}

/** Which of the optional parameters a request of the command carries. The others are there always. */
export interface CarriedParameters {
  readonly clientIp: boolean
  readonly optPlatform: boolean
}

/**
 * The platform that a word means in any letter case: `IOS`, `iOs`, `macOS` as well.
 * @returns `undefined` for a word that means none of them; a platform may be newer than the list
 */
export function readOptPlatform(word: string): OptPlatform | undefined {
  const lower = word.trim().toLowerCase()
  if (lower === 'macos') return 'Mac'
  return optPlatforms.find((platform) => platform.toLowerCase() === lower)
}
