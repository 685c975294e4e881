// Starting a service from the command line: settings, log, and errors turned into sentences with an exit code.

import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import type { Settings } from '../config/settings.ts'
import { EgressPolicyError } from '../domain/egress-policy.ts'
import { codeOf } from '../domain/error-facts.ts'
import type { Service } from '../service.ts'
import { startService } from '../service.ts'
import { StoreError } from '../store/port.ts'
import type { CliIo } from './io.ts'
import { CliError } from './io.ts'
import { readSettings } from './settings.ts'

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
      consoleFolder: consoleFolder(),
      // The log goes to stderr: stdout has the readiness line and data only.
      log: pino({ level: settings.logLevel }, io.stderr),
    })
  } catch (error) {
    throw await explain(error, settings)
  }
}

async function explain(error: unknown, settings: Settings): Promise<unknown> {
  if (error instanceof EgressPolicyError) {
    return new CliError('configuration', `--egress-allow (LIVEHOOK_EGRESS_ALLOW): ${error.message}`)
  }
  if (error instanceof StoreError) return new CliError('configuration', error.message)
  const code = codeOf(error)
  if (code === 'EADDRINUSE') {
    const free = await nextFreePort(settings)
    const proposal = free === undefined ? 'Stop the other program or use --port 0.' : `Stop it, or use --port ${free}.`
    return new CliError(
      'configuration',
      `Port ${settings.port} on ${settings.host} is taken by another program. ${proposal}`,
    )
  }
  if (code === 'EACCES') {
    return new CliError(
      'configuration',
      `Port ${settings.port} needs more rights than this user has. Use a port above 1023.`,
    )
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new CliError(
      'configuration',
      `This machine has no address ${settings.host}. Use --host 127.0.0.1 or 0.0.0.0.`,
    )
  }
  return error
}

async function nextFreePort({ host, port }: Settings): Promise<number | undefined> {
  for (let candidate = port + 1; candidate <= Math.min(port + 50, 65_535); candidate += 1) {
    if (await isFree(host, candidate)) return candidate
  }
  return undefined
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ host, port }, () => server.close(() => resolve(true)))
  })
}

/** The built console lies in the package's `dist`, whether the sources run or what was built from them. */
function consoleFolder(): string {
  return fileURLToPath(new URL('../../dist/console', import.meta.url))
}
