/** The URL that leads to the receiver inside the service (docs/api.md, "The built-in receiver"). */
export const builtInReceiverUrl = 'http://receiver.livehook.invalid/hook'
