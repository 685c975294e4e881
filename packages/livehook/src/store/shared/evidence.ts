// Evidence of attempts that were settled together is kept together: one JSON text a line, compressed as one. Alone, an
// attempt's evidence is about 1 KiB; next to its likes it takes about 100 bytes, and costs a tenth of the time.

import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Evidence } from '../../domain/diagnosis/outcome.ts'

/** Lines per block: reading one attempt decompresses a whole block, so it stays small. */
export const maxEvidenceLines = 64
export const maxEvidenceBlockBytes = 131_072

/** How a block is written. Append-only: the number is in the data file. */
export const evidenceCodec = 1

/**
 * What typical evidence is made of, so that a lonely attempt is small too. Part of codec 1: to change a letter of it is
 * to make all evidence unreadable. A better one becomes the dictionary of codec 2.
 */
const dictionaryOfCodec1 = Buffer.from(
  '{"phase":"resolve","phase":"connect","phase":"tls","phaseMs":{"resolve":1.234,"connect":2.345,"tls":3.456},' +
    '"resolver":"10.0.0.2:53","addresses":["203.0.113.10","2001:db8::1"],"reason":"private","refusedAddress":"10.0.0.1",' +
    '"errorCode":"ENOTFOUND","errorCode":"ETIMEDOUT","errorCode":"ECONNRESET","errorCode":"ECONNREFUSED",' +
    '"certificate":{"subject":"CN=","issuer":"CN=","names":["hooks.example.com"],"notBefore":1700000000000,' +
    '"notAfter":1700000000000,"fingerprint":"","chainLength":2},"jsonOffset":0,"jsonFound":"<!DOCTYPE html><html><head>' +
    '<title></title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>",' +
    '"location":"https://","note":"the process was lost while this attempt was in flight",' +
    '["content-type","text/html; charset=utf-8"],["server","nginx"],["transfer-encoding","chunked"],' +
    '["cache-control","no-store"],["x-powered-by","Express"],["etag","W/\\"33-"],["vary","Accept-Encoding"],' +
    '{"phase":"done","phaseMs":{"write":0.123,"first_byte":1.234,"body":0.012},"addresses":["127.0.0.1"],' +
    '"dialled":"127.0.0.1:443","local":"127.0.0.1:40000","reused":true,"reused":false,"tlsProtocol":"TLSv1.3",' +
    '"target":"/webhook?SdkAppId=1400000001&WebhookCommand=Live.CallbackAfter&contenttype=json&ClientIP=203.0.113.10' +
    '&OptPlatform=RESTAPI&Sign=***&RequestTime=17","requestHeaders":{"host":"127.0.0.1","content-type":"application/json",' +
    '"accept":"application/json","accept-encoding":"identity","user-agent":"livehook/0.1.0","content-length":"1024",' +
    '"webhook-id":"evt_","webhook-timestamp":"17","webhook-signature":"v1,","livehook-attempt":"1","traceparent":"00-"},' +
    '"status":500,"status":200,"responseHeaders":[["content-type","application/json; charset=utf-8"],["content-length","51"],' +
    '["date","Mon, 01 Jan 2026 00:00:00 GMT"],["connection","keep-alive"],["keep-alive","timeout=5"]],' +
    '"bodyStart":"{\\"ActionStatus\\":\\"OK\\",\\"ErrorCode\\":0,\\"ErrorInfo\\":\\"\\"}","bodyBytes":51}',
)

/** Writes one attempt's evidence as a line. */
export function formatEvidence(evidence: Evidence): string {
  return JSON.stringify(evidence)
}

/** Compresses lines that were joined with line feeds. */
export function packEvidence(lines: string): Uint8Array {
  // Level 1: a higher one costs twice the time and saves a tenth.
  return deflateRawSync(Buffer.from(lines), { level: 1, dictionary: dictionaryOfCodec1 })
}

/**
 * Reads one line of a block.
 * @throws Error if the block is of a codec that this version does not know, or damaged
 */
export function readEvidence(block: { readonly codec: number; readonly lines: Uint8Array }, line: number): Evidence {
  if (block.codec !== evidenceCodec) {
    throw new Error(`The data file holds evidence of codec ${block.codec}, which this version does not know.`)
  }
  const lines = inflateRawSync(block.lines, { dictionary: dictionaryOfCodec1 }).toString('utf8').split('\n')
  const text = lines[line]
  if (text === undefined) throw new Error('The data file lacks the evidence of an attempt.')
  const evidence: Evidence = JSON.parse(text)
  return evidence
}
