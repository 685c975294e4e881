// Keeps decisions, and gives out the numbers that their ids are made of.

import type { DatabaseSync } from 'node:sqlite'
import { parseId } from '../../../domain/ids.ts'
import type { DecisionRecord } from '../../port/decisions.ts'
import { decisionColumns, decisionValues } from '../rows/decision-rows.ts'
import type { EvidencePlace } from '../rows/decision-rows.ts'
import {
  evidenceCodec,
  formatEvidence,
  maxEvidenceBlockBytes,
  maxEvidenceLines,
  packEvidence,
} from '../../shared/evidence.ts'
import type { Verbs } from '../thread/verbs.ts'
import type { WriteContext } from './write-context.ts'

/** Prepares the verbs: each runs inside the running transaction. */
export function createDecisionWriter(
  db: DatabaseSync,
  context: WriteContext,
): Verbs<'reserveDecisions' | 'recordDecisions'> {
  const selectNext = db.prepare("SELECT value FROM meta WHERE name = 'next_decision'")
  const putNext = db.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('next_decision', ?)")
  // A batch that was committed without our hearing of it comes again.
  const insert = db.prepare(
    `INSERT OR IGNORE INTO decisions (${decisionColumns.join(', ')}) VALUES (${decisionColumns.map(() => '?').join(', ')})`,
  )
  const insertEvidence = db.prepare('INSERT OR IGNORE INTO decision_evidence (evidence, codec, lines) VALUES (?, ?, ?)')
  return {
    reserveDecisions(count) {
      const first = Number(selectNext.get()?.['value'] ?? 1)
      putNext.run(first + count)
      return { salt: context.salt, first }
    },
    recordDecisions(batch) {
      const { places, blocks } = placeEvidence(context.salt, batch)
      for (const [number, lines] of blocks) insertEvidence.run(number, evidenceCodec, packEvidence(lines.join('\n')))
      for (const record of batch) {
        const values = decisionValues(context, record, places.get(record))
        if (values !== undefined) insert.run(...values)
      }
    },
  }
}

/** Evidence in blocks of bounded size; a block has the number of the first decision in it. */
function placeEvidence(salt: string, batch: readonly DecisionRecord[]) {
  const places = new Map<DecisionRecord, EvidencePlace>()
  const blocks = new Map<number, string[]>()
  let block: { readonly number: number; readonly lines: string[]; bytes: number } | undefined
  for (const record of batch) {
    const number = parseId('dec', salt, record.decisionId)
    if (record.evidence === null || number === undefined) continue
    const text = formatEvidence(record.evidence)
    const isFull =
      block !== undefined &&
      (block.lines.length >= maxEvidenceLines || block.bytes + text.length > maxEvidenceBlockBytes)
    if (block === undefined || isFull) {
      block = { number, lines: [], bytes: 0 }
      blocks.set(number, block.lines)
    }
    places.set(record, { block: block.number, line: block.lines.length })
    block.lines.push(text)
    block.bytes += text.length
  }
  return { places, blocks }
}
