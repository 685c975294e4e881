/** What OptPlatform may say (docs/api.md). */
export const platforms = ['RESTAPI', 'Web', 'Android', 'iOS', 'Windows', 'Mac', 'iPad', 'Unknown'] as const
