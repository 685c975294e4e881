// Starting a service from the command line: settings, log, and errors turned into sentences with an exit code.

import { pino } from 'pino'
import type { Settings } from '../../config/settings.ts'
import { EgressPolicyError } from '../../domain/egress/policy.ts'
import { SecretsError } from '../../domain/errors/secrets-error.ts'
import { TlsFilesError } from '../../domain/errors/tls-files-error.ts'
import type { Service } from '../../service-types.ts'
import { builtFolder } from '../../places.ts'
import { startService } from '../../service.ts'
import { StoreError } from '../../store/port/errors.ts'
import type { CliIo } from '../io.ts'
import { CliError, untilStopped } from '../io.ts'
import { readSettings } from './settings.ts'
import { portProblem } from './taken-port.ts'

/**
 * Starts a service with the settings of flags and environment.
 * @throws CliError with a sentence that names the setting, the port or the file
 */
export async function startFromCli(flags: Partial<Record<keyof Settings, string>>, io: CliIo): Promise<Service> {
  const settings = readSettings(flags, io)
  try {
    return await startService({
      settings,
      version: io.version,
      consoleFolder: builtFolder('console'),
      docsFolder: builtFolder('docs'),
      // The log goes to stderr: stdout has the readiness line and data only.
      log: pino({ level: settings.logLevel }, io.stderr),
    })
  } catch (error) {
    throw await explain(error, settings)
  }
}

/**
 * Waits until the person asks the program to stop.
 * @throws CliError if the store has failed for good; the service is stopped then
 */
export async function untilStoppedOrFailed(service: Pick<Service, 'failed' | 'stop'>, io: CliIo): Promise<void> {
  const failure = await Promise.race([untilStopped(io.stop).then(() => undefined), service.failed])
  if (failure === undefined) return
  // What cannot be closed any more is in the log; the process ends all the same.
  await service.stop().catch(() => undefined)
  throw new CliError('unexpected', `the store failed, and the service has stopped: ${failure.message} Start it again.`)
}

async function explain(error: unknown, settings: Settings): Promise<unknown> {
  if (error instanceof EgressPolicyError) {
    return new CliError('configuration', `--egress-allow (LIVEHOOK_EGRESS_ALLOW): ${error.message}`)
  }
  if (error instanceof TlsFilesError) return new CliError('configuration', error.message)
  if (error instanceof SecretsError) return new CliError('configuration', `LIVEHOOK_SECRET_KEY: ${error.message}`)
  if (error instanceof StoreError) return new CliError('configuration', error.message)
  return (await portProblem(error, settings)) ?? error
}
