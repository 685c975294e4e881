// The commands that empty rooms show: whole, with the real origin and app, ready to be pasted into a terminal.

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

/** @param commands what the app's webhooks subscribe to: command words, `Family.*`, or `*` */
export function sendEventCommand(origin: string, sdkAppId: number, commands: readonly string[]): string {
  const command = sampleCommand(commands)
  return curl(`'${origin}/v1/apps/${sdkAppId}/events?command=${command}'`, '{"RoomId":"room-1"}')
}

/** An *after* command that at least one webhook wants. */
function sampleCommand(commands: readonly string[]): string {
  const whole = commands.find((command) => !command.includes('*') && !command.includes('Before'))
  if (whole !== undefined && /^\w+\.\w+$/.test(whole)) return whole
  if (commands.includes('Room.*')) return 'Room.CallbackAfterCreateRoom'
  if (commands.includes('Group.*')) return 'Group.CallbackAfterSendMsg'
  if (commands.includes('C2C.*')) return 'C2C.CallbackAfterSendMsg'
  return 'Live.CallbackAfterCreateRoom'
}

/** Asks what may be: a *before* command with a sample body. */
export function askCommand(origin: string, sdkAppId: number): string {
  const body =
    '{"GroupId":"g1","From_Account":"amy","MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hello"}}]}'
  return curl(`'${origin}/v1/apps/${sdkAppId}/asks?command=Group.CallbackBeforeSendMsg'`, body)
}
