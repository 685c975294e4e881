// The verbs of `livehook`. Each lives in a file of its own that is loaded when it is used, so that `--help` stays quick.

import { Command, CommanderError } from 'commander'
import type { Settings } from '../config/settings.ts'
import { settingFlags } from '../config/settings.ts'
import { addDoctor, addSign, addVerify } from './check-verbs.ts'
import { addDeliveries, addRedeliver } from './delivery-verbs.ts'
import type { CliIo } from './io.ts'
import { CliError, exitCodes, line } from './io.ts'
import type { AskOptions, DevOptions, SendOptions, TriggerOptions } from './options.ts'

const serviceHelp = `
Examples:
  $ livehook dev --demo                      a service, a receiver and a live room, in one process
  $ livehook dev --to http://localhost:3000/hook
  $ livehook trigger Live.CallbackAfterCreateRoom
  $ livehook doctor https://app.example/hook  what is wrong with a webhook, and what to do
  $ livehook serve
`

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
    if (error instanceof CliError) {
      line(io.stderr, `livehook: ${error.message}`)
      return exitCodes[error.exit]
    }
    line(io.stderr, `livehook: unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    return exitCodes.unexpected
  }
}

function buildProgram(io: CliIo): Command {
  const program = new Command('livehook')
  program
    .description(
      'The webhook system of a live or chat platform: delivers events, signed and durable, and explains every failure.',
    )
    .version(io.version, '--version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError('(livehook --help shows what there is)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
    })
    .addHelpText('before', serviceHelp.trimStart())
  addServe(program, io)
  addDev(program, io)
  addAsk(program, io)
  addTrigger(program, io)
  addSend(program, io)
  addDeliveries(program, io)
  addRedeliver(program, io)
  addCommands(program, io)
  addDoctor(program, io)
  addSign(program, io)
  addVerify(program, io)
  return program
}

function addServe(program: Command, io: CliIo): void {
  const serve = program.command('serve').description('run the service')
  for (const { flag, variable, fallback, isSecret } of settingFlags()) {
    // A secret on a command line can be read by everybody on the machine.
    if (isSecret) continue
    serve.option(`${flag} <value>`, `${variable}${fallback === '' ? '' : ` (default ${fallback})`}`)
  }
  serve.action(async (flags: Partial<Record<keyof Settings, string>>) => {
    const { serve: run } = await import('./serve.ts')
    await run(flags, io)
  })
}

function addDev(program: Command, io: CliIo): void {
  program
    .command('dev')
    .description('run a service for development: scratch store, an app, a receiver, the console')
    .option('--to <url>', 'send to this receiver instead of the built-in one')
    .option('--demo', 'let a live room live, and show five webhooks that fail')
    .option('--host <address>', 'address to listen on')
    .option('--port <port>', 'port to listen on (0 takes any free one)')
    .option('--token-file <file>', 'file with the token of the webhook, - for standard input')
    .action(async (options: DevOptions) => {
      const { dev } = await import('./dev.ts')
      await dev(options, io)
    })
}

function addAsk(program: Command, io: CliIo): void {
  program
    .command('ask')
    .argument('<command>', 'the word of a before command, such as Live.CallbackBeforeSendGift')
    .description('ask the app about an event made from the catalogue’s sample, and print the verdict')
    .option('--set <path=value...>', 'set a member of the sample, such as GiftWater.Count=100')
    .option('--body <file>', 'take exactly these bytes instead, - for standard input')
    .option('--app <SdkAppId>', 'the app (the only one, where there is one)')
    .option('--client-ip <address>', 'address of the client whose action this is')
    .option('--platform <word>', 'that client’s platform, such as iOS')
    .option('--deadline-ms <number>', 'shorten the webhook’s deadline')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nExit code 0: the event may pass. 7: it was denied or dropped. 8: nobody decided in time.')
    .action(async (command: string, options: AskOptions) => {
      const { ask } = await import('./ask.ts')
      await ask(command, options, io)
    })
}

function addTrigger(program: Command, io: CliIo): void {
  program
    .command('trigger')
    .argument('<command>', 'a command word, such as Live.CallbackAfterCreateRoom')
    .description('post an event made from the catalogue’s sample')
    .option('--set <path=value...>', 'set a member of the sample, such as RoomInfo.RoomId=r1')
    .option('--app <SdkAppId>', 'the app (the only one, where there is one)')
    .option('--client-ip <address>', 'address of the client whose action caused the event')
    .option('--platform <word>', 'that client’s platform, such as iOS')
    .option('--wait', 'wait until every delivery has ended or failed once, and show how')
    .option('--json', 'print the answer as JSON')
    .action(async (command: string, options: TriggerOptions) => {
      const { trigger } = await import('./trigger.ts')
      await trigger(command, options, io)
    })
}

function addSend(program: Command, io: CliIo): void {
  program
    .command('send')
    .argument('<command>', 'a command word, such as Live.CallbackAfterCreateRoom')
    .description('post an event whose body is exactly the bytes of a file')
    .requiredOption('--body <file>', 'the body, - for standard input')
    .option('--app <SdkAppId>', 'the app (the only one, where there is one)')
    .option('--client-ip <address>', 'address of the client whose action caused the event')
    .option('--platform <word>', 'that client’s platform, such as iOS')
    .option('--direct <url>', 'sign and send it to this URL myself, without a service')
    .option('--sdk-app-id <number>', 'SdkAppId to send with --direct (default 1400000001)')
    .option('--token-file <file>', 'with --direct: file with the token, - for standard input')
    .option('--json', 'print the answer as JSON')
    .action(async (command: string, options: SendOptions) => {
      const { send } = await import('./send.ts')
      await send(command, options, io)
    })
}

function addCommands(program: Command, io: CliIo): void {
  program
    .command('commands')
    .argument('[word]', 'a command word or a family, such as Live.CallbackBeforeSendGift or Live')
    .description('show what commands there are, or all about one')
    .option('--json', 'print it as JSON')
    .action(async (word: string | undefined, options: { readonly json?: true }) => {
      const { commands } = await import('./commands.ts')
      commands(word, options, io)
    })
}
