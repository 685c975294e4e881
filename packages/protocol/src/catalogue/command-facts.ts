// What a program needs to know of one command to handle it: small, no sentences, one constant each in generated/facts.ts.

import type { CarriedParameters } from '../url/params.ts'
import type { MemberShapes, Shape } from './shape.ts'

/** When a command's event is sent: `before` something happens, to ask the app, or `after`, to tell it. */
export type CommandPhase = 'before' | 'after'

export type Verdict = 'allow' | 'deny' | 'drop'

/**
 * What the client sees of a verdict: success, a code of the platform, the receiver's own code and text, or something that no
 * public page describes (then the receiver's own is handed on as well).
 */
export type ClientSees = 'success' | 'own_code' | 'undocumented' | number

/** What the codes of a range mean. */
export interface CodeRule {
  readonly from: number
  /** The last code of the range. */
  readonly to: number
  readonly verdict: Verdict
  readonly clientSees: ClientSees
}

/** What positive codes mean that no range names: no verdict, or a denial. */
export type OtherCodes =
  | { readonly verdict: 'none' }
  | { readonly verdict: 'deny'; readonly clientSees: 'own_code' | 'undocumented' }

/** A member of the reply beside the three of every packet. It counts with a code that allows, and with no other. */
export interface ReplyMember {
  readonly shape: Shape
  /** Without it the reply is no verdict. */
  readonly required: boolean
  /** `replaces` the member of that name in the event, `refuses` some of those who are named in the event, `answers` a question. */
  readonly use: 'replaces' | 'refuses' | 'answers'
  /** Another published name of the same member. */
  readonly aliases?: readonly string[]
}

/** How the answer to a *before* command is understood. */
export interface ReplyRules {
  /** Whether a `verdict` is asked for, or `data`: then `allow` means that the data is used and `deny` that there is none. */
  readonly kind: 'verdict' | 'data'
  readonly codes: readonly CodeRule[]
  readonly otherCodes: OtherCodes
  /** What no usable answer means, where the webhook's failure policy does not say otherwise. */
  readonly silence: {
    readonly verdict: 'allow' | 'deny'
    /** A command that turns it into `allow` by being subscribed. */
    readonly unless?: string
  }
  readonly members: Readonly<Record<string, ReplyMember>>
}

/** What an order is kept in. */
export type OrderScope = 'room' | 'group' | 'conversation' | 'call' | 'account' | 'session' | 'user'

/** Which *after* event follows a *before* event, and by which members the two find each other. */
export interface AfterCommand {
  readonly command: string
  /** Paths in the *before* body to paths in the *after* body; where lists meet, one common value is enough. */
  readonly match: Readonly<Record<string, string>>
}

export interface CommandFacts<Word extends string = string> {
  /** The command word, `Family.Name`. */
  readonly command: Word
  readonly family: string
  readonly phase: CommandPhase
  readonly carries: CarriedParameters
  /** The body's members. */
  readonly shape: MemberShapes
  /** Other published names of members, each with the one that counts. */
  readonly alsoNamed?: Readonly<Record<string, string>>
  /** Where the event's time stands when there is no `EventTime` at the top. */
  readonly timeAt?: string
  /** Events with the same values at these paths belong in one order. */
  readonly order?: { readonly scope: OrderScope; readonly by: readonly string[] }
  /** Events with the same values at these paths are the same event; `Name?` may be absent. */
  readonly identity?: readonly string[]
  /** Only for *before* commands. */
  readonly after?: AfterCommand
  /** Only for *before* commands: the answer to an *after* command decides nothing. */
  readonly reply?: ReplyRules
}
