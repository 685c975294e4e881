// livehook serve: the service, until it is asked to stop.

import type { Settings } from '../../config/settings.ts'
import type { CliIo } from '../io.ts'
import { line } from '../io.ts'
import { startFromCli, untilStoppedOrFailed } from './start.ts'

export async function serve(flags: Partial<Record<keyof Settings, string>>, io: CliIo): Promise<void> {
  const service = await startFromCli(flags, io)
  if (service.createdKey !== undefined) {
    line(io.stderr, `The admin key, made now and shown only this once: ${service.createdKey}`)
  }
  // A code that signs in belongs on a person's screen, not into a log file.
  if (io.stderr.isTTY === true) line(io.stderr, `Console: ${service.signInUrl()} (signs in once)`)
  else
    line(
      io.stderr,
      `Console: ${service.url}/ (sign in with a key; started in a terminal, serve prints a one-time link)`,
    )
  line(io.stdout, `livehook ready on ${service.url}`)
  await untilStoppedOrFailed(service, io)
  await service.stop()
}
