// Which denials a *before* command takes, as types: so that `deny(10101)` compiles for a group message and `drop()` does not for
// a gift. A test holds this table against the catalogue.

import type { BeforeWord } from '@livehook/protocol/commands'

/** Ranges of codes that deny: first and last. */
export const codeRanges = {
  plain: [1, 1],
  group: [10_100, 10_200],
  message: [120_001, 130_000],
  gift: [102_100, 102_200],
} as const

type RangeName = keyof typeof codeRanges

interface CommandReply {
  /** `any`: every positive code denies. */
  readonly deny: readonly (RangeName | 'any')[]
  readonly drop: boolean
  /** Members without which `allow()` is no reply. */
  readonly required: readonly string[]
}

export const replyTable = {
  'C2C.CallbackBeforeSendMsg': { deny: ['plain', 'message'], drop: true, required: [] },
  'Chatbot.InterfaceInvocation': { deny: ['any'], drop: false, required: [] },
  'Chatbot.OnC2CSignalMessage': { deny: ['plain'], drop: false, required: ['RspData'] },
  'Desk.CallbackBeforeIMContactUser': { deny: ['any'], drop: false, required: [] },
  'Group.CallbackBeforeApplyJoinGroup': { deny: ['plain', 'group'], drop: false, required: [] },
  'Group.CallbackBeforeCreateGroup': { deny: ['plain', 'group'], drop: false, required: [] },
  'Group.CallbackBeforeCreateTopic': { deny: ['plain', 'group'], drop: false, required: [] },
  'Group.CallbackBeforeInviteJoinGroup': { deny: ['plain', 'group'], drop: false, required: [] },
  'Group.CallbackBeforeSendMsg': { deny: ['plain', 'group'], drop: true, required: [] },
  'Live.CallbackBeforeSendGift': { deny: ['plain', 'gift'], drop: false, required: [] },
  'OfficialAccount.CallbackBeforeAddSubscriber': { deny: ['plain'], drop: false, required: [] },
  'OfficialAccount.CallbackBeforeCreateOfficialAccount': { deny: ['plain'], drop: false, required: [] },
  'OfficialAccount.CallbackBeforeSendMsg': { deny: ['plain', 'message'], drop: true, required: [] },
  'Sns.CallbackPrevFriendAdd': { deny: [], drop: false, required: ['ResultItem'] },
  'Sns.CallbackPrevFriendResponse': { deny: [], drop: false, required: ['ResultItem'] },
} as const satisfies Readonly<Record<BeforeWord, CommandReply>>

type Table = typeof replyTable

type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9
type ToNumber<Text extends string> = Text extends `${infer Value extends number}` ? Value : never

interface RangeCodes {
  readonly any: number
  readonly plain: 1
  readonly group: ToNumber<`101${Digit}${Digit}`> | 10_200
  readonly message: Exclude<ToNumber<`12${Digit}${Digit}${Digit}${Digit}`>, 120_000> | 130_000
  readonly gift: ToNumber<`1021${Digit}${Digit}`> | 102_200
}

/** The codes that deny a command. */
export type DenyCode<Word extends BeforeWord> = Word extends BeforeWord
  ? RangeCodes[Table[Word]['deny'][number]]
  : never

/** The commands that can be dropped: the sender sees success, and nothing is sent on. */
export type DroppableWord = { [Word in BeforeWord]: Table[Word]['drop'] extends true ? Word : never }[BeforeWord]

/** The names of the members that a reply to the command must have. */
export type RequiredMember<Word extends BeforeWord> = Word extends BeforeWord ? Table[Word]['required'][number] : never
