// How a command word becomes a name in code: Group.CallbackBeforeSendMsg → GroupCallbackBeforeSendMsg, groupCallbackBeforeSendMsg.

export function typeNameOf(command: string): string {
  return command.replace('.', '')
}

export function constantNameOf(command: string): string {
  const name = typeNameOf(command)
  return name.replace(/^[A-Z0-9]+?(?=[A-Z][a-z])|^[A-Z]/, (start) => start.toLowerCase())
}
