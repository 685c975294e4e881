/**
 * How much of something a test does: enough to notice a broken promise with every change, and the whole volume each night
 * (`npm run nightly`).
 */
export function volume(usual: number, nightly: number): number {
  return process.env['LIVEHOOK_NIGHTLY'] === '1' ? nightly : usual
}
