// The palette: one box that leads everywhere.

export const palette = {
  title: 'Go to, or do',
  placeholder: 'Room, app, webhook, command, id, or what to do',
  none: 'Nothing has these words. An id is understood whole: dlv_…, evt_…, wh_…, dec_….',
  group: {
    id: 'By its id',
    room: 'Rooms',
    action: 'Actions',
    webhook: 'Webhooks',
    app: 'Apps',
    command: 'Commands',
  },
  goTo: {
    delivery: 'Open the delivery',
    event: 'Deliveries of the event',
    webhook: 'Open the webhook',
    decision: 'Open the decision',
    entry: 'Open the entry of the audit log',
  },
  whatFails: 'Show what is dead',
  newWebhook: 'Register a webhook',
  redeliverDead: 'Redeliver everything that is dead',
  newKey: 'Make a key',
  light: 'Colours: light',
  dark: 'Colours: dark',
  system: 'Colours: like the system',
  speak: 'Language: {{name}}',
  help: 'Show the keys',
} as const
