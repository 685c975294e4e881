// Which app was looked at last, so that the console's start leads back to it.

const storageKey = 'livehook.app'

export function rememberApp(sdkAppId: number): void {
  try {
    localStorage.setItem(storageKey, String(sdkAppId))
  } catch {
    // Storage is forbidden: the start leads to the newest app.
  }
}

export function rememberedApp(): number | undefined {
  try {
    const stored = localStorage.getItem(storageKey)
    return stored === null ? undefined : Number(stored)
  } catch {
    return undefined
  }
}
