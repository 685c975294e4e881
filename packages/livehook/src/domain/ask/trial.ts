// A second URL that a webhook's asks are tried on: as a shadow it is asked too and has no say, with a share it decides for a
// part of the conversations. Pure.

/** What a webhook tries out. */
export type Trial =
  /** Asked with the same event; its verdict is only compared. */
  | { readonly kind: 'shadow'; readonly url: string }
  /** Asked instead, for so many of a hundred conversations. */
  | { readonly kind: 'share'; readonly url: string; readonly percent: number }

/**
 * Says whether a conversation belongs to the share. The same text always gives the same answer for a webhook, and one that is
 * in at 5 percent is in at 6.
 * @param key the natural key of the conversation, or whatever stands for it
 */
export function isInShare(trial: Trial & { readonly kind: 'share' }, webhookId: string, key: string): boolean {
  return fnv1a(`${webhookId} ${key}`) % 10_000 < trial.percent * 100
}

/** FNV-1a with the final mixing of MurmurHash 3: alone, its low bits of similar texts are alike. */
function fnv1a(text: string): number {
  let hash = 0x81_1c_9d_c5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01_00_01_93)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2_b2_ae_35)
  return (hash ^ (hash >>> 16)) >>> 0
}
