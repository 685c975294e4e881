// The nouns of a simulated evening.

export interface Evening {
  readonly seed: number
  readonly rooms: number
  readonly viewers: number
  readonly durationMs: number
  /** Epoch milliseconds. */
  readonly startAt: number
}

/** Something that is told, or that is asked first and told if the answer allows it. */
export interface Happening {
  /** Milliseconds from the evening's start. */
  readonly at: number
  readonly client: Client
  readonly ask?: Told
  readonly tell: Told
}

export interface Client {
  readonly clientIp: string
  readonly optPlatform: string
}

export interface Told {
  readonly command: string
  readonly body: Readonly<Record<string, unknown>>
}

export interface Room {
  readonly number: number
  readonly roomId: string
  readonly host: string
  readonly opensAt: number
  readonly closesAt: number
  readonly viewers: number
}

export interface BattleMoment {
  readonly at: number
  readonly client: Client
  readonly phase: 'create' | 'start' | 'end'
  readonly battleId: string
  readonly from: Room
  readonly to: Room
  /** Epoch milliseconds. */
  readonly createdAt: number
  readonly startedAt: number
  readonly endedAt: number
  readonly scores: readonly [from: number, to: number]
}
