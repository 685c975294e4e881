import type { ProbeStage } from 'livehook/contract'
import { useEffect, useRef, useState } from 'react'
import type { WebhookKey } from '../../api/webhook-path.ts'
import { useServices } from '../../services.ts'

export type ProbeState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly stages: readonly ProbeStage[] }
  | { readonly kind: 'ended'; readonly stages: readonly ProbeStage[]; readonly ok: boolean }
  /** By the person who had started it. */
  | { readonly kind: 'stopped'; readonly stages: readonly ProbeStage[] }
  | { readonly kind: 'failed'; readonly stages: readonly ProbeStage[]; readonly error: Error }

/** One staged test at a time; it ends with the page that shows it. */
export function useProbe(webhook: WebhookKey) {
  const { api, checkSession } = useServices()
  const [state, setState] = useState<ProbeState>({ kind: 'idle' })
  const running = useRef<AbortController | undefined>(undefined)
  useEffect(() => () => running.current?.abort(), [])
  const start = async (command: string | undefined) => {
    const abort = new AbortController()
    running.current?.abort()
    running.current = abort
    let stages: readonly ProbeStage[] = []
    setState({ kind: 'running', stages })
    try {
      const onStage = (stage: ProbeStage) => {
        stages = [...stages, stage]
        setState({ kind: 'running', stages })
      }
      const ok = await api.probe(webhook, { command, onStage, signal: abort.signal })
      setState({ kind: 'ended', stages, ok })
    } catch (error) {
      if (abort.signal.aborted) {
        setState({ kind: 'stopped', stages })
        return
      }
      // It may be that the session has ended.
      checkSession()
      setState({ kind: 'failed', stages, error: error instanceof Error ? error : new Error(String(error)) })
    }
  }
  return { state, start: (command: string | undefined) => void start(command), stop: () => running.current?.abort() }
}
