// The commands that empty rooms show: whole, with the real origin and app, ready to be pasted into a terminal.

import { isCommandOf } from '../feed/filter-text.ts'

const authorization = `-H "authorization: Bearer $LIVEHOOK_ADMIN_KEY"`
const json = `-H 'content-type: application/json'`

function curl(url: string, body: string): string {
  return [`curl ${url}`, authorization, json, `-d '${body}'`].join(' \\\n  ')
}

export function createAppCommand(origin: string): string {
  return curl(`${origin}/v1/apps`, '{"name":"shop"}')
}

export function createWebhookCommand(origin: string, sdkAppId: number): string {
  const body = '{"name":"receiver","url":"https://example.com/webhook","commands":["Live.*"]}'
  return curl(`${origin}/v1/apps/${sdkAppId}/webhooks`, body)
}

/** What the app's webhooks subscribe to, and which commands there are. */
interface Subscriptions {
  /** Command words, `Family.*`, or `*`. */
  readonly wanted: readonly string[]
  readonly known: readonly { readonly command: string; readonly phase: 'before' | 'after' }[]
}

/** Hands in an event that at least one webhook wants; where all of them only decide, asks instead. */
export function sendEventCommand(origin: string, sdkAppId: number, { wanted, known }: Subscriptions): string {
  const isWanted = (command: string) => wanted.some((pattern) => isCommandOf(command, pattern))
  const after = known.filter(({ phase, command }) => phase === 'after' && isWanted(command))
  // A room that was made is what people know best.
  const event = after.find(({ command }) => command.endsWith('CallbackAfterCreateRoom')) ?? after[0]
  const asked = known.find(({ phase, command }) => phase === 'before' && wanted.includes(command))
  const { path, command } =
    event === undefined && asked !== undefined
      ? { path: 'asks', command: asked.command }
      : { path: 'events', command: event?.command ?? 'Live.CallbackAfterCreateRoom' }
  return curl(`'${origin}/v1/apps/${sdkAppId}/${path}?command=${command}'`, '{"RoomId":"room-1"}')
}

/** Asks what may be: a *before* command with a sample body. */
export function askCommand(origin: string, sdkAppId: number): string {
  const body =
    '{"GroupId":"g1","From_Account":"amy","MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hello"}}]}'
  return curl(`'${origin}/v1/apps/${sdkAppId}/asks?command=Group.CallbackBeforeSendMsg'`, body)
}
