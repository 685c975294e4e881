// What people get wrong with Sign and RequestTime: each refusal with its likely cause and the next step. If a known mistake would have made the very value that came, it is named as certain.

import { makeSign, readQuery } from '@livehook/protocol/node'
import type { SignCheck } from '@livehook/protocol/node'
import { createHash, createHmac } from 'node:crypto'
import { displayText } from '../../domain/diagnosis/shell-word.ts'
import { outsideWindow } from './clock-cause.ts'
import { valueOf } from './received-request.ts'
import type { ReceivedRequest } from './received-request.ts'

/** Why a Sign was refused, in sentences for the developer of sender or receiver. */
export function causeOfBadSign(
  refused: Extract<SignCheck, { readonly kind: 'refused' }>,
  request: ReceivedRequest,
): string[] {
  const { query } = request
  switch (refused.reason) {
    case 'config_error':
      return ['The tokens cannot be used: one to four, none of them empty.']
    case 'missing_sign':
      return missing('Sign', query)
    case 'missing_time':
      return missing('RequestTime', query)
    case 'duplicate_param':
      return duplicates(query)
    case 'malformed_time':
      return malformedTime(valueOf(query, 'RequestTime') ?? '')
    case 'malformed_sign':
      return malformedSign(request)
    case 'bad_sign':
      return badSign(request)
    case 'stale':
    case 'future':
      return outsideWindow(refused.skewSeconds ?? 0, { what: 'RequestTime', allowedSeconds: 60 })
    default:
      return refused.reason satisfies never
  }
}

function missing(name: 'Sign' | 'RequestTime', query: string): string[] {
  const names = readQuery(query).map((parameter) => parameter.name)
  const other = names.find((each) => each.toLowerCase() === name.toLowerCase())
  if (other !== undefined)
    return [`The parameter is written \`${shown(other)}\`; it must be \`${name}\`, in that very letter case.`]
  if (names.includes(`amp;${name}`)) return ['The URL was escaped for HTML: write `&` if it has `&amp;`.']
  if (!query.includes('&')) {
    return [
      `The URL has no ${name}, and not more than one parameter: a shell cuts an unquoted URL at its first \`&\`. Put it in single quotes.`,
    ]
  }
  if (name === 'Sign') {
    return ['The URL has no Sign: the webhook has no token, or something on the way removed the parameter.']
  }
  return ['The URL has a Sign but no RequestTime: both go out together, so something on the way removed it.']
}

function duplicates(query: string): string[] {
  const counts = ['Sign', 'RequestTime'].map(
    (name) => [name, readQuery(query).filter((parameter) => parameter.name === name).length] as const,
  )
  const [name, count] = counts.find(([, each]) => each > 1) ?? ['Sign', 2]
  return [
    `\`${name}\` stands ${count} times, and no one can say which is meant: look for a proxy, a test tool or a registered URL that adds one.`,
  ]
}

function malformedTime(value: string): string[] {
  const must = 'It must be Unix seconds: ten digits and nothing else.'
  if (/^\d{13}$/.test(value)) return [`RequestTime has 13 digits: these are milliseconds. ${must}`]
  if (value.trim() !== value) return [`RequestTime has white space around it (a \`+\` in a URL is a space). ${must}`]
  if (/^\d+$/.test(value)) return [`RequestTime has ${value.length} digits. ${must}`]
  return [`RequestTime is “${shown(value)}”. ${must}`]
}

function malformedSign(request: ReceivedRequest): string[] {
  const value = valueOf(request.query, 'Sign') ?? ''
  const must = 'It must be 64 lower-case hex digits.'
  if (value.includes(' ')) {
    return [
      'Sign holds a space: a `+` in a query string is read as one, and a plus would be written `%2B`.',
      `Most likely this is base64 instead of hex. ${must}`,
    ]
  }
  if (/^[0-9a-fA-F]{64}$/.test(value)) return [`Sign is written with upper-case letters. ${must}`]
  if (/^[0-9a-f]+$/i.test(value))
    return [`Sign has ${value.length} hex digits instead of 64${lengthCause(value, request)}. ${must}`]
  if (/^[\w+/-]{43}=?$/.test(value)) return [`Sign looks like base64. ${must}`]
  return [`Sign is “${shown(value)}”. ${must}`]
}

function lengthCause(value: string, { query, tokens }: ReceivedRequest): string {
  const requestTime = valueOf(query, 'RequestTime') ?? ''
  if (value.length < 64 && tokens.some((token) => makeSign(token, requestTime).startsWith(value.toLowerCase()))) {
    return ': it is the beginning of the right one, so something cuts it (a database column, a log line)'
  }
  if (value.length === 40) return ': that is the length of SHA-1, or it was cut'
  if (value.length === 32) return ': that is the length of MD5, or it was cut'
  return value.length < 64 ? ': it was cut' : ''
}

function badSign(request: ReceivedRequest): string[] {
  const value = valueOf(request.query, 'Sign') ?? ''
  const requestTime = valueOf(request.query, 'RequestTime') ?? ''
  const must = 'Right is the hex of sha256(Token + RequestTime), joined with nothing between.'
  for (const token of request.tokens) {
    const mistake = mistakes(token, requestTime).find(([digest]) => digest === value)
    if (mistake !== undefined) return [`Sign was made ${mistake[1]}. ${must}`]
    const otherTime = timeOfSign(token, value, Number(requestTime))
    if (otherTime !== undefined) {
      return [`Sign belongs to RequestTime ${otherTime}, not ${requestTime}: the two come from different requests.`]
    }
  }
  const { length } = Array.from(request.tokens[0] ?? '')
  const given =
    request.tokens.length > 1
      ? `none of the ${request.tokens.length} tokens fits`
      : `the one given here has ${length} characters`
  return [
    `Sign was made with another token (an old one, or the one of another webhook or environment), or it was altered; ${given}.`,
    `Compare the tokens of sender and receiver, and whether both are read from where you think. ${must}`,
  ]
}

/** Ways to get a Sign wrong, with what they would yield. */
function mistakes(token: string, requestTime: string): readonly (readonly [digest: string, how: string])[] {
  const joined = (text: string, how: string) => [sha256(text), how] as const
  return [
    joined(requestTime + token, 'the wrong way round: RequestTime before the token'),
    joined(`${token}\n${requestTime}`, 'with a line end behind the token, as it stands at the end of a file'),
    joined(`${token}\r\n${requestTime}`, 'with a line end behind the token, as it stands at the end of a file'),
    joined(`"${token}"${requestTime}`, 'with quotation marks around the token'),
    joined(`'${token}'${requestTime}`, 'with quotation marks around the token'),
    joined(token.trim() + requestTime, 'without the white space around the token'),
    ...['+', ' ', '.', ':', '&', '-', '_', ','].map((between) =>
      joined(token + between + requestTime, `with “${between}” between token and RequestTime`),
    ),
    joined(`${token}${requestTime}000`, 'with RequestTime in milliseconds'),
    joined(token, 'from the token alone'),
    joined(requestTime, 'with an empty token, so anybody can make it'),
    [createHmac('sha256', token).update(requestTime).digest('hex'), 'as an HMAC with the token as its key'],
    [createHmac('sha256', requestTime).update(token).digest('hex'), 'as an HMAC with RequestTime as its key'],
    joined(token.toLowerCase() + requestTime, 'with the token in lower case'),
    joined(token.toUpperCase() + requestTime, 'with the token in upper case'),
  ]
}

/** So far apart two requests may be for a mix-up of their parameters to be recognised. */
const maxMixUpSeconds = 3600

function timeOfSign(token: string, sign: string, near: number): string | undefined {
  for (let distance = 1; distance <= maxMixUpSeconds; distance += 1) {
    for (const time of [String(near - distance), String(near + distance)]) {
      if (makeSign(token, time) === sign) return time
    }
  }
  return undefined
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Text of the far side, short. */
function shown(text: string): string {
  return displayText(text.length > 80 ? `${text.slice(0, 80)}…` : text)
}
