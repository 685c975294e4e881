// The first minutes with an empty store.

export const firstRun = {
  app: {
    newTitle: 'New app',
    made: 'App made',
    what: 'An app owns webhooks and events.',
    needsAdmin: 'Anyone who has the admin key can make one.',
    demoTitle: 'Have a look first',
    demo: 'Makes an app with one webhook, signed and subscribed to everything, that leads to a receiver inside the service. Nothing leaves this machine.',
    demoButton: 'Make a demo app',
    ownTitle: 'Or begin with your own',
    name: 'Name of the app',
    create: 'Create app',
    terminalTitle: 'Or from a terminal',
    appears: 'The app appears here as soon as it exists.',
  },
  created: {
    title: 'The app is there',
    secretKey:
      'Its secret key, shown now and never again. Only the platform’s own configuration calls (/v4/…) need it; a lost one can be replaced.',
    copy: 'Copy the secret key',
  },
  webhook: { register: 'Register a webhook' },
  event: {
    send: 'Send the first event',
    sent: 'Sent.',
    nobody: 'No webhook of this app is on and wants to hear of anything. Choose commands for one.',
  },
} as const
