// Values for the completion that only the catalogue or the running service knows. Who completes must not wait, and an error
// would be written into the middle of a command line: what cannot be had in time is left out.

import type { App, AppCommandSummary, Decision, Delivery, Key, List, Webhook } from '../../http/contract/contract.ts'
import type { ApiClient } from '../client/api-client.ts'
import { clientFromEnvironment } from '../client/which-service.ts'
import type { CliIo } from '../io.ts'
import type { Candidate, LiveKind } from './words.ts'

const mostRecent = 20

interface Asking {
  readonly io: CliIo
  readonly patienceMs: number
}

export async function liveCandidates(kind: LiveKind, asking: Asking): Promise<readonly Candidate[]> {
  const known = kind === 'command' || kind === 'beforeCommand' ? await catalogueWords(kind) : []
  return [...known, ...(await ofService(kind, asking))]
}

async function ofService(kind: LiveKind, { io, patienceMs }: Asking): Promise<readonly Candidate[]> {
  try {
    const client = clientFromEnvironment(io)
    const late = new Promise<readonly Candidate[]>((resolve) => {
      setTimeout(resolve, patienceMs, []).unref()
    })
    return await Promise.race([askService(client, kind), late])
  } catch {
    return []
  }
}

async function catalogueWords(kind: 'command' | 'beforeCommand'): Promise<readonly Candidate[]> {
  const { listCommands } = await import('@livehook/protocol/catalogue')
  return listCommands()
    .filter(({ reply }) => kind === 'command' || reply !== undefined)
    .map(({ command, phase, trigger }) => ({ value: command, says: `${phase}: ${trigger}` }))
}

async function askService(client: ApiClient, kind: LiveKind): Promise<readonly Candidate[]> {
  switch (kind) {
    case 'command':
    case 'beforeCommand': {
      // The catalogue's are known here; the apps' own are not.
      const all = await ofEveryApp<AppCommandSummary>(client, 'commands?limit=200')
      return all
        .filter(({ kind: which, phase }) => which === 'custom' && (kind === 'command' || phase === 'before'))
        .map(({ command, phase }) => ({ value: command, says: `${phase}: of the app's own` }))
    }
    case 'app': {
      const { items } = await client.get<List<App>>('/v1/apps?limit=200')
      return items.map(({ sdkAppId, name }) => ({ value: String(sdkAppId), says: name }))
    }
    case 'key': {
      const { items } = await client.get<List<Key>>('/v1/keys')
      return items.map(({ keyId, name, role }) => ({ value: keyId, says: `${name}, ${role}` }))
    }
    case 'webhook': {
      const webhooks = await ofEveryApp<Webhook>(client, 'webhooks')
      return webhooks.map(({ webhookId, name, url }) => ({ value: webhookId, says: `${name}, ${url}` }))
    }
    case 'delivery': {
      const deliveries = await ofEveryApp<Delivery>(client, `deliveries?limit=${mostRecent}`)
      return deliveries.map(({ deliveryId, state, command }) => ({ value: deliveryId, says: `${state}, ${command}` }))
    }
    case 'decision': {
      const decisions = await ofEveryApp<Decision>(client, `decisions?limit=${mostRecent}`)
      return decisions.map(({ decisionId, verdict, command }) => ({
        value: decisionId,
        says: `${verdict}, ${command}`,
      }))
    }
    default:
      return kind satisfies never
  }
}

async function ofEveryApp<Item>(client: ApiClient, path: string): Promise<readonly Item[]> {
  const { items } = await client.get<List<App>>('/v1/apps?limit=200')
  const lists = await Promise.all(items.map(({ sdkAppId }) => client.get<List<Item>>(`/v1/apps/${sdkAppId}/${path}`)))
  return lists.flatMap((list) => list.items)
}
