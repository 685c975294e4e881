// The verbs of `livehook`, in groups. Each lives in a file of its own that is loaded when it is used, so that `--help` stays
// quick.

import { CommanderError } from 'commander'
import { addDoctor, addSign, addVerify } from './verbs/check-verbs.ts'
import { addCompletion } from './verbs/completion-verbs.ts'
import { addApply, addExport } from './verbs/configuration-verbs.ts'
import { addDeliveries, addRedeliver } from './verbs/delivery-verbs.ts'
import { addAsk, addCommands, addListen, addSend, addSimulate, addTrigger } from './verbs/event-verbs.ts'
import type { CliIo } from './io.ts'
import { CliError, CliExit, exitCodes, line } from './io.ts'
import { addApps, addAudit, addConfig, addDecisions, addEvents, addKeys, addStats } from './verbs/manage-verbs.ts'
import { addDev, addServe } from './verbs/service-verbs.ts'
import { Verb } from './verbs/verb.ts'
import { addWebhooks } from './verbs/webhook-verbs.ts'

/**
 * Runs one verb.
 * @param args arguments after the program's name
 * @returns the exit code
 */
export async function runCli(args: readonly string[], io: CliIo): Promise<number> {
  const program = buildProgram(io)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return exitCodes.ok
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    if (error instanceof CliExit) return error.exitCode
    if (error instanceof CliError) {
      line(io.stderr, `livehook: ${error.message}`)
      return exitCodes[error.exit]
    }
    line(io.stderr, `livehook: unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    return exitCodes.unexpected
  }
}

/** All verbs with their options: what parses the command line, its help, its completion and its pages. */
export function buildProgram(io: CliIo): Verb {
  const program = new Verb('livehook')
  program
    .description(
      'The webhook system of a live or chat platform: delivers events, signed and durable, and explains every failure.',
    )
    .example('livehook dev --demo', 'a service, a receiver and a live room, in one process')
    .example('livehook dev --to http://localhost:3000/hook', 'the same, sending to your own receiver')
    .example('livehook listen', 'a receiver in the terminal: shows and checks what arrives')
    .example('livehook trigger Live.CallbackAfterCreateRoom', 'an event of a sample')
    .example('livehook doctor https://app.example/hook', 'what is wrong with a webhook, and what to do')
    .version(io.version, '--version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError('(livehook --help shows what there is)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    })
  addVerbs(program, io)
  return program
}

/** In the order of the help, by what one wants. */
function addVerbs(program: Verb, io: CliIo): void {
  program.commandsGroup('Run a service:')
  addServe(program, io)
  addDev(program, io)
  program.commandsGroup('Send and receive:')
  addTrigger(program, io)
  addAsk(program, io)
  addSend(program, io)
  addListen(program, io)
  addSimulate(program, io)
  program.commandsGroup('Find out why:')
  addDoctor(program, io)
  addSign(program, io)
  addVerify(program, io)
  program.commandsGroup('Look and manage:')
  addApps(program, io)
  addWebhooks(program, io)
  addKeys(program, io)
  addDeliveries(program, io)
  addRedeliver(program, io)
  addEvents(program, io)
  addDecisions(program, io)
  addStats(program, io)
  addAudit(program, io)
  addConfig(program, io)
  addCommands(program, io)
  addApply(program, io)
  addExport(program, io)
  program.commandsGroup('For the shell:')
  addCompletion(program, io)
}
