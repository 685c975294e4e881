// Where the platform's own configuration calls are. They stand here and not in v4/, since which right an address needs is decided
// for all of them in one table (rights.ts).

export const configurationPrefix = '/v4'

export const configurationServices = ['live_config', 'room_config', 'call_config'] as const

/** The last parts of their paths. */
export const configurationCalls = [
  'set_callback',
  'get_callback',
  'update_callback',
  'delete_callback',
  'set_callback_token',
  'get_callback_token',
  'delete_callback_token',
] as const

export function configurationPath(
  service: (typeof configurationServices)[number],
  call: (typeof configurationCalls)[number],
): string {
  return `${configurationPrefix}/${service}/${call}`
}
