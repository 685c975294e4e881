// Registering and changing a webhook, its token, its test.

export const registration = {
  newTitle: 'New webhook',
} as const
