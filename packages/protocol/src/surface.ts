// What both entries offer alike: everything that needs no hashing.

export {
  isCommandWord,
  isOptPlatform,
  isReservedParameter,
  optPlatforms,
  parameterNames,
  reservedParameterNames,
} from './params.ts'
export type { OptPlatform, ParameterNames, Spelling } from './params.ts'
export { parseRequest, readQuery } from './query.ts'
export type { QueryParameter, RequestParameters, RequestRefused } from './query.ts'
export { RegisteredUrlError, checkRegisteredUrl, joinUrl, maskSign, prepareUrl, requestTarget } from './url.ts'
export type { PreparedUrl, RegisteredUrlCheck, TargetValues, UrlSettings } from './url.ts'
export { checkToken, maxTokenCharacters, maxTokens } from './token.ts'
export type { TokenCheck } from './token.ts'
export { signWindowSeconds } from './sign-check.ts'
export type { SignCheck, SignCheckInput, SignRefusal } from './sign-check.ts'
export { maxSignatures, secretOfToken, signatureWindowSeconds } from './signature-check.ts'
export type {
  HeaderSource,
  SignatureCheck,
  SignatureCheckInput,
  SignatureInput,
  SignatureRefusal,
} from './signature-check.ts'
export { ReplyError, allow, deny, fail, ok, readReply, serialiseReply } from './reply.ts'
export type { ReadReply, ReplyMembers, ReplyPacket } from './reply.ts'
export { scanJson } from './json.ts'
export type { InvalidJson, JsonInvalidCode, JsonKind, JsonMember, JsonScan } from './json.ts'
export { decodeJsonString } from './json-walk.ts'
export { completeBody, maxEventBodyBytes, maxEventBodyDepth } from './event-body.ts'
export type { BodyRefusal, CompletedBody, EventFacts } from './event-body.ts'
