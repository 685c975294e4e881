// Changes to the checker, each of which would let something through or turn something away.

export interface Mutant {
  readonly what: string
  /** The end of the file's path. */
  readonly file: string
  /** Stands in the file exactly once. */
  readonly from: string
  readonly to: string
}

const sign = 'protocol/src/signature/sign-check.ts'
const signature = 'protocol/src/signature/signature-check.ts'
const token = 'protocol/src/signature/token.ts'
const equal = 'protocol/src/signature/equal-text.ts'
const query = 'protocol/src/url/query.ts'
const node = 'protocol/src/node.ts'
const check = 'receiver/src/check/check.ts'
const checkRequest = 'receiver/src/check/check-request.ts'

export const mutants: readonly Mutant[] = [
  { what: 'a clock that is NaN', file: sign, from: '|| !Number.isFinite(now)', to: '' },
  { what: 'tokens that no one looked at', file: sign, from: '!areUsableTokens(tokens) || ', to: '' },
  { what: 'no token is taken for some token', file: sign, from: 'if (tokens.length === 0)', to: 'if (false)' },
  {
    what: 'Sign in any letter case',
    file: query,
    from: 'name === first',
    to: 'name.toLowerCase() === first.toLowerCase()',
  },
  {
    what: 'RequestTime in any letter case',
    file: query,
    from: 'name === second',
    to: 'name.toLowerCase() === second.toLowerCase()',
  },
  { what: 'Sign may be missing', file: sign, from: 'if (sign === undefined)', to: 'if (false)' },
  { what: 'RequestTime may be missing', file: sign, from: 'if (requestTime === undefined)', to: 'if (false)' },
  { what: 'Sign may stand twice', file: sign, from: 'signs.length > 1 || ', to: '' },
  { what: 'RequestTime may stand twice', file: sign, from: ' || times.length > 1', to: '' },
  { what: 'a time with a leading zero', file: sign, from: '/^[1-9][0-9]{9}$/', to: '/^[0-9]{10}$/' },
  { what: 'a time with something before it', file: sign, from: '/^[1-9][0-9]{9}$/', to: '/[1-9][0-9]{9}$/' },
  { what: 'a time with something after it', file: sign, from: '/^[1-9][0-9]{9}$/', to: '/^[1-9][0-9]{9}/' },
  { what: 'any time', file: sign, from: '!/^[1-9][0-9]{9}$/.test(requestTime)', to: 'false' },
  { what: 'a Sign in capitals', file: sign, from: '/^[0-9a-f]{64}$/', to: '/^[0-9a-f]{64}$/i' },
  { what: 'a Sign of any form', file: sign, from: '!/^[0-9a-f]{64}$/.test(sign)', to: 'false' },
  { what: 'time before token', file: sign, from: 'token + requestTime', to: 'requestTime + token' },
  { what: 'a clock rounded up', file: sign, from: 'Math.floor(now / 1000)', to: 'Math.ceil(now / 1000)' },
  { what: 'comparison with ===', file: sign, from: 'equal(digest, plan.sign)', to: 'digest === plan.sign' },
  {
    what: 'no comparison after the first match',
    file: sign,
    from: 'equal(digest, plan.sign) && tokenIndex < 0',
    to: 'tokenIndex < 0 && equal(digest, plan.sign)',
  },
  { what: 'the last match counts', file: sign, from: ' && tokenIndex < 0', to: '' },
  { what: 'every Sign matches', file: sign, from: "if (tokenIndex < 0) return refused('bad_sign')", to: '' },
  {
    what: '60 seconds late is too late',
    file: sign,
    from: 'skewSeconds > signWindowSeconds',
    to: 'skewSeconds >= signWindowSeconds',
  },
  {
    what: '60 seconds early is too early',
    file: sign,
    from: 'skewSeconds < -signWindowSeconds',
    to: 'skewSeconds <= -signWindowSeconds',
  },
  {
    what: 'nothing is too late',
    file: sign,
    from: "if (skewSeconds > signWindowSeconds) return refused('stale', skewSeconds)",
    to: '',
  },
  {
    what: 'nothing is too early',
    file: sign,
    from: "if (skewSeconds < -signWindowSeconds) return refused('future', skewSeconds)",
    to: '',
  },
  { what: 'a window of an hour', file: sign, from: 'signWindowSeconds = 60', to: 'signWindowSeconds = 3600' },

  { what: 'body: a clock that is NaN', file: signature, from: ' || !Number.isFinite(input.now)', to: '' },
  { what: 'body: no token', file: signature, from: '!areUsableTokens(texts) || texts.length === 0', to: 'false' },
  {
    what: 'body: a header may stand twice',
    file: signature,
    from: 'values !== undefined && values.length > 1',
    to: 'false',
  },
  { what: 'body: no id', file: signature, from: '!id || ', to: '' },
  { what: 'body: no time', file: signature, from: '!timestamp || ', to: '' },
  { what: 'body: any time', file: signature, from: '!/^[1-9][0-9]{9}$/.test(timestamp)', to: 'false' },
  {
    what: 'body: any number of signatures',
    file: signature,
    from: 'if (signatures.length > maxSignatures)',
    to: 'if (false)',
  },
  { what: 'body: joined header lines', file: signature, from: '/,.*,/.test(entry)', to: 'false' },
  { what: 'body: seven signatures are too many', file: signature, from: 'maxSignatures = 8', to: 'maxSignatures = 7' },
  { what: 'body: comparison with ===', file: signature, from: 'equal(own, signature)', to: 'own === signature' },
  {
    what: 'body: every signature matches',
    file: signature,
    from: "if (tokenIndex < 0) return refused('bad_sign')",
    to: '',
  },
  { what: 'body: another version', file: signature, from: 'return `v1,${macBase64}`', to: 'return `v2,${macBase64}`' },
  {
    what: 'body: the id is not signed',
    file: signature,
    from: '`${id}.${timestampSeconds}.`',
    to: '`x.${timestampSeconds}.`',
  },
  {
    what: 'body: the time is not signed',
    file: signature,
    from: '`${id}.${timestampSeconds}.`',
    to: '`${id}.1669872112.`',
  },
  {
    what: 'body: nothing is too late',
    file: signature,
    from: 'if (skewSeconds > signatureWindowSeconds)',
    to: 'if (false)',
  },
  {
    what: 'body: nothing is too early',
    file: signature,
    from: 'if (skewSeconds < -signatureWindowSeconds)',
    to: 'if (false)',
  },
  {
    what: 'body: 300 seconds late is too late',
    file: signature,
    from: 'skewSeconds > signatureWindowSeconds',
    to: 'skewSeconds >= signatureWindowSeconds',
  },
  {
    what: 'body: 300 seconds early is too early',
    file: signature,
    from: 'skewSeconds < -signatureWindowSeconds',
    to: 'skewSeconds <= -signatureWindowSeconds',
  },

  { what: 'any number of tokens', file: token, from: 'tokens.length <= maxTokens &&', to: '' },
  {
    what: 'an empty token',
    file: token,
    from: "typeof token === 'string' && token !== ''",
    to: "typeof token === 'string'",
  },
  {
    what: 'a token that is no text',
    file: token,
    from: "typeof token === 'string' && token !== ''",
    to: "token !== ''",
  },

  { what: 'only the last character counts', file: equal, from: 'difference |= ', to: 'difference = ' },
  { what: 'a beginning is enough', file: equal, from: 'if (left.length !== right.length) return false', to: '' },
  {
    what: 'an end at the first difference',
    file: equal,
    from: 'let difference = 0',
    to: 'if (left !== right) return false\n  let difference = 0',
  },
  {
    what: 'time tells, in Node',
    file: node,
    from: 'crypto.timingSafeEqual(leftBytes, rightBytes)',
    to: 'left === right',
  },

  { what: 'a parameter may stand twice', file: query, from: 'if (found[field] !== undefined)', to: 'if (false)' },
  {
    what: 'no SdkAppId',
    file: query,
    from: "if (sdkAppId === undefined) return refused('missing_param', names.sdkAppId)",
    to: "if (sdkAppId === undefined) return { kind: 'request', spelling, sdkAppId: 1400000001, command: command ?? '', ...others }",
  },
  {
    what: 'no command',
    file: query,
    from: "if (command === undefined) return refused('missing_param', names.command)",
    to: "if (command === undefined) return { kind: 'request', spelling, sdkAppId: Number(sdkAppId), command: '', ...others }",
  },
  { what: 'an SdkAppId that is no number', file: query, from: '!/^[1-9][0-9]{0,9}$/.test(sdkAppId) || ', to: '' },
  { what: 'an SdkAppId beyond 32 bits', file: query, from: ' || Number(sdkAppId) > 0xff_ff_ff_ff', to: '' },

  { what: 'any method', file: check, from: "if (head.method !== 'POST')", to: 'if (false)' },
  {
    what: 'a foreign app',
    file: checkRequest,
    from: 'sdkAppId === options.sdkAppId ? options.tokens : undefined',
    to: 'options.tokens',
  },
  { what: 'unsigned requests without being asked', file: check, from: ' && rules.acceptUnsigned', to: '' },
  {
    what: 'unsigned requests although they are asked for',
    file: check,
    from: ' && rules.acceptUnsigned',
    to: ' && false',
  },
  { what: 'a required signature that is not there', file: check, from: 'rules.requireBodySignature || ', to: '' },
  {
    what: 'a signature that is there and not looked at',
    file: check,
    from: "hasHeader(headers, 'webhook-signature')",
    to: 'false',
  },
  {
    what: 'a signature that is wrong',
    file: check,
    from: "if (signature.kind === 'verified') return undefined",
    to: 'return undefined',
  },
  { what: 'the signature of an app without tokens', file: check, from: 'head.tokens.length > 0 && ', to: '' },
  {
    what: 'what the check of Sign says is passed over',
    file: check,
    from: "if (sign.kind === 'verified') {",
    to: "if (sign.kind === 'verified' || sign.kind === 'refused') {",
  },
  {
    what: 'the window is not told from the Sign',
    file: check,
    from: "reason === 'stale' || reason === 'future' ? 'window' : 'sign'",
    to: "'sign'",
  },
]
