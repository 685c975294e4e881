import type { Browser, BrowserContextOptions } from 'playwright-core'
import { openPage, type WatchedPage } from './browser.ts'
import type { ConsoleUnderTest } from './console-under-test.ts'

/** A fresh profile, signed in, at a path of the console. */
export async function openSignedIn(
  browser: Browser,
  service: ConsoleUnderTest,
  options: BrowserContextOptions & { path: string },
): Promise<WatchedPage> {
  const { path, ...context } = options
  const watched = await openPage(browser, context)
  await watched.page.goto(service.signInUrl())
  // Signed in is anyone who has left the sign-in page.
  await watched.page.waitForURL((url) => url.pathname !== '/sign-in')
  await watched.page.goto(service.url + path)
  return watched
}
