// The handler of an event, run once, whichever of its requests asks.

import { naturalKeys } from '@livehook/protocol/commands'
import type { UnknownEvent } from '../handlers/event.ts'
import type { RunResult } from '../handlers/run-result.ts'
import { onceKey } from '../once/once.ts'
import type { Deadline } from './deadline.ts'
import type { ExchangeDeps, Run } from './exchange-deps.ts'
import { runHandler, unhandledReply } from './run-event.ts'

type RunDeps = Pick<ExchangeDeps, 'settings' | 'onceOf' | 'inSpan' | 'fallback' | 'tell'>

/** @param deadline `undefined` if the answer is given already */
export async function runOnce(run: Run, deadline: Deadline | undefined, deps: RunDeps): Promise<RunResult> {
  const { facts, read, bytes, verified } = run.admitted
  const keys = facts === undefined ? {} : naturalKeys(facts, read.body)
  const key = await onceKey({ ...run.ofEvent, verified, keys, bytes }, deps.settings.once)
  return deps.onceOf(verified).run(key, () => deps.inSpan(run.ofEvent, () => runOrSayNothing(run, deadline, deps)))
}

async function runOrSayNothing(run: Run, deadline: Deadline | undefined, deps: RunDeps): Promise<RunResult> {
  const { facts } = run.admitted
  const handle = run.registered?.handle ?? deps.fallback()
  if (handle === undefined) {
    deps.tell({ kind: 'unhandled', ...run.ofEvent })
    return unhandledReply(facts)
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it was found by the command that it was registered for
  return runHandler(handle as (event: UnknownEvent) => unknown, eventOf(run, deadline), facts)
}

function eventOf({ admitted, receivedAt, ofEvent }: Run, deadline: Deadline | undefined): UnknownEvent {
  const { head, read, facts } = admitted
  const { clientIp, optPlatform } = head.parameters
  const event: UnknownEvent & { readonly drift: unknown } = {
    ...read,
    ...ofEvent,
    phase: facts?.phase ?? 'unknown',
    body: { ...read.body },
    verified: admitted.verified,
    ...(clientIp !== undefined && { clientIp }),
    ...(optPlatform !== undefined && { optPlatform }),
    ...(!admitted.isRemade && { bytes: admitted.bytes }),
    receivedAt,
    get timeLeftMs() {
      return deadline === undefined ? Infinity : deadline.timeLeftMs()
    },
    signal: deadline?.signal ?? new AbortController().signal,
  }
  return event
}
