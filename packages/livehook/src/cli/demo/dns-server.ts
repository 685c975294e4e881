// A DNS server for one machine: answers A and AAAA over UDP from a table, and says "does not exist" to everything else.
// The demo needs names that no public server knows; the tests need answers that no public server would give.

import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import { isIPv4 } from 'node:net'
import { parseAddress } from '../../domain/egress/address.ts'

export type DnsAnswer =
  /** Addresses of both families; none means that the name exists and has no address. */
  | readonly string[]
  | { readonly kind: 'error'; readonly code: 'FORMERR' | 'SERVFAIL' | 'NXDOMAIN' | 'REFUSED' }
  /** No answer at all. */
  | { readonly kind: 'silence' }
  /** One answer per time that the name is asked for (A and AAAA together are one time); the last one stays. */
  | { readonly kind: 'sequence'; readonly answers: readonly DnsAnswer[] }

/** Names in lower case. */
export type DnsTable = Readonly<Record<string, DnsAnswer>>

export interface DnsServer {
  /** Where it listens, as the setting for DNS servers takes it. */
  readonly address: string
  /** Every question that came, for example `A hook.test`. */
  readonly questions: readonly string[]
  close(): Promise<void>
}

const typeA = 1
const typeAaaa = 28
const responseCodes = { FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const

/** Starts the server on a free port of the loopback address. */
export async function startDnsServer(table: DnsTable): Promise<DnsServer> {
  const socket = createSocket('udp4')
  const questions: string[] = []
  const script = new DnsScript(table)
  socket.on('message', (message, from) => {
    const question = readQuestion(message)
    if (question === undefined) return
    questions.push(
      `${question.type === typeA ? 'A' : question.type === typeAaaa ? 'AAAA' : question.type} ${question.name}`,
    )
    const answer = script.next(question)
    if (!('kind' in answer))
      socket.send(writeAnswer(question, 0, addressesFor(question.type, answer)), from.port, from.address)
    else if (answer.kind === 'error')
      socket.send(writeAnswer(question, responseCodes[answer.code], []), from.port, from.address)
  })
  await bind(socket)
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    close: () => new Promise((closed) => socket.close(() => closed())),
  }
}

type PlainAnswer = Exclude<DnsAnswer, { readonly kind: 'sequence' }>

/** Walks through the sequences of a table. */
class DnsScript {
  readonly #table: DnsTable
  readonly #asked = new Map<string, number>()

  constructor(table: DnsTable) {
    this.#table = table
  }

  next(question: Question): PlainAnswer {
    const turn = this.#asked.get(`${question.type} ${question.name}`) ?? 0
    this.#asked.set(`${question.type} ${question.name}`, turn + 1)
    return plain(this.#table[question.name] ?? { kind: 'error', code: 'NXDOMAIN' }, turn)
  }
}

function plain(answer: DnsAnswer, turn: number): PlainAnswer {
  if (!('kind' in answer) || answer.kind !== 'sequence') return answer
  return plain(answer.answers[Math.min(turn, answer.answers.length - 1)] ?? [], turn)
}

interface Question {
  readonly id: number
  readonly name: string
  readonly type: number
  /** The question as it came, to be repeated in the answer. */
  readonly bytes: Buffer
}

/** Reads the one question of a query (RFC 1035, 4.1). */
function readQuestion(message: Buffer): Question | undefined {
  if (message.length < 12 || message.readUInt16BE(4) !== 1) return undefined
  const labels: string[] = []
  let offset = 12
  for (;;) {
    const length = message[offset]
    if (length === undefined || length > 63) return undefined
    offset += 1
    if (length === 0) break
    labels.push(message.toString('latin1', offset, offset + length).toLowerCase())
    offset += length
  }
  if (offset + 4 > message.length) return undefined
  return {
    id: message.readUInt16BE(0),
    name: labels.join('.'),
    type: message.readUInt16BE(offset),
    bytes: message.subarray(12, offset + 4),
  }
}

function addressesFor(type: number, addresses: readonly string[]): readonly Buffer[] {
  return addresses
    .filter((address) => isIPv4(address) === (type === typeA) && (type === typeA || type === typeAaaa))
    .map(toBytes)
}

function toBytes(address: string): Buffer {
  const words = parseAddress(address)?.words ?? []
  const bytes = Buffer.alloc(words.length * 4)
  for (const [index, word] of words.entries()) bytes.writeUInt32BE(word, index * 4)
  return bytes
}

function writeAnswer(question: Question, responseCode: number, addresses: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(12)
  header.writeUInt16BE(question.id, 0)
  // A response, to a question that asked for recursion, from a server that offers it.
  header.writeUInt16BE(0x8180 | responseCode, 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(addresses.length, 6)
  const records = addresses.map((address) => {
    const record = Buffer.alloc(12)
    // The name is the question's; its lifetime is nothing, so that a table can be changed under way.
    record.writeUInt16BE(0xc00c, 0)
    record.writeUInt16BE(question.type, 2)
    record.writeUInt16BE(1, 4)
    record.writeUInt16BE(address.length, 10)
    return Buffer.concat([record, address])
  })
  return Buffer.concat([header, question.bytes, ...records])
}

function bind(socket: Socket): Promise<void> {
  return new Promise((bound, reject) => {
    socket.once('error', reject)
    socket.bind(0, '127.0.0.1', () => {
      socket.off('error', reject)
      bound()
    })
  })
}
