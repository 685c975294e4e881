#!/usr/bin/env node
// The edge of the process: arguments, environment, signals, exit codes. Nothing else reads or sets them.

import { runCli } from './cli/program.ts'
import { readVersion } from './version.ts'

const stop = new AbortController()

const signalCodes = { SIGINT: 130, SIGTERM: 143 } as const
for (const [signal, code] of Object.entries(signalCodes)) {
  process.on(signal, () => {
    // The first one asks for a clean stop; anyone who sends a second one does not want to wait for it.
    if (stop.signal.aborted) process.exit(code)
    stop.abort(signal)
  })
}

// A reader that went away (`livehook … | head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

// No one reads what is said beside the data: nothing to stop for.
process.stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

const exitCode = await runCli(process.argv.slice(2), {
  version: readVersion(),
  environment: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  stop: stop.signal,
})

process.exitCode = exitCode
// The verb is done. Whatever else is open must not keep the process, but what was written must arrive.
const isWritten = (): boolean => process.stdout.writableLength === 0 && process.stderr.writableLength === 0
setInterval(() => isWritten() && process.exit(exitCode), 1000).unref()
