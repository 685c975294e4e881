// Which scheme, host, port and resolved address may be dialled. Pure: text rules and address rules, no DNS, no sockets.

export type EgressReason = string
