// How often what was decided, by whom and by which rule, since the service started. Every decision counts, kept or not.

import type { Verdict } from '../../domain/ask/verdict.ts'

export interface AskCount extends Pick<Verdict, 'verdict' | 'decidedBy' | 'rule' | 'failureClass'> {
  readonly command: string
  readonly count: number
}

export interface AskCounts {
  note(sdkAppId: number, command: string, verdict: Verdict): void
  /** The most frequent first. */
  ofApp(sdkAppId: number): readonly AskCount[]
}

export function createAskCounts(): AskCounts {
  // Bounded by commands, rules and classes, of which there are a few dozen each; never by what senders write.
  const apps = new Map<number, Map<string, { -readonly [Name in keyof AskCount]: AskCount[Name] }>>()
  return {
    note(sdkAppId, command, { verdict, decidedBy, rule, failureClass }) {
      let counts = apps.get(sdkAppId)
      if (counts === undefined) apps.set(sdkAppId, (counts = new Map()))
      const key = `${command} ${verdict} ${rule ?? ''} ${failureClass ?? ''}`
      const known = counts.get(key)
      if (known === undefined) counts.set(key, { command, verdict, decidedBy, rule, failureClass, count: 1 })
      else known.count += 1
    },
    ofApp: (sdkAppId) =>
      [...(apps.get(sdkAppId)?.values() ?? [])]
        .map((count) => ({ ...count }))
        .toSorted((one, other) => other.count - one.count),
  }
}
