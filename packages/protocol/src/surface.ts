// What both entries offer alike: everything that needs no hashing.

export {
  isCommandWord,
  isOptPlatform,
  isReservedParameter,
  optPlatforms,
  parameterNames,
  reservedParameterNames,
} from './url/params.ts'
export type { OptPlatform, ParameterNames, Spelling } from './url/params.ts'
export { parseRequest, readQuery } from './url/query.ts'
export type { QueryParameter, RequestParameters, RequestRefused } from './url/query.ts'
export { RegisteredUrlError, checkRegisteredUrl, joinUrl, maskSign, prepareUrl, requestTarget } from './url/url.ts'
export type { PreparedUrl, RegisteredUrlCheck, TargetValues, UrlSettings } from './url/url.ts'
export { checkToken, maxTokenCharacters, maxTokens } from './signature/token.ts'
export type { TokenCheck } from './signature/token.ts'
export { signWindowSeconds } from './signature/sign-check.ts'
export type { SignCheck, SignCheckInput, SignRefusal } from './signature/sign-check.ts'
export { maxSignatures, secretOfToken, signatureWindowSeconds } from './signature/signature-check.ts'
export type {
  HeaderSource,
  SignatureCheck,
  SignatureCheckInput,
  SignatureInput,
  SignatureRefusal,
} from './signature/signature-check.ts'
export { ReplyError, allow, deny, fail, ok, readReply, serialiseReply } from './reply/reply.ts'
export type { ReadReply, ReplyMembers, ReplyPacket } from './reply/reply.ts'
export { scanJson } from './json/scan.ts'
export type { InvalidJson, JsonInvalidCode, JsonKind, JsonMember, JsonScan } from './json/scan.ts'
export { decodeJsonString } from './json/walk.ts'
export { completeBody, maxEventBodyBytes, maxEventBodyDepth } from './body/event-body.ts'
export type { BodyRefusal, CompletedBody, EventFacts } from './body/event-body.ts'
