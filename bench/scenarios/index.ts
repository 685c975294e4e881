// Every scenario by its name.

import type { Scenario } from '../figures.ts'
import { ask, askSilent } from './ask.ts'
import { backlog } from './backlog.ts'
import { errors } from './errors.ts'
import { growth } from './growth.ts'
import { isolation } from './isolation.ts'
import { memory } from './memory.ts'
import { receiver } from './receiver.ts'
import { start } from './start.ts'
import { after, afterBatch, disk, fanout, slow } from './throughput.ts'

export const scenarios: Readonly<Record<string, Scenario>> = {
  after,
  'after-batch': afterBatch,
  ask,
  'ask-silent': askSilent,
  isolation,
  fanout,
  slow,
  errors,
  disk,
  start,
  receiver,
  backlog,
  growth,
  memory,
}

/** What runs where nothing is named: all that a round of a few minutes can hold. */
export const usual = [
  'after',
  'after-batch',
  'ask',
  'isolation',
  'fanout',
  'slow',
  'errors',
  'disk',
  'start',
  'receiver',
]
