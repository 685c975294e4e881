// The verbs that send and receive events: `trigger`, `ask`, `send`, `listen`, and `commands`, which says what there is.

import { Option } from 'commander'
import type { CliIo } from '../io.ts'
import type { AskOptions, ListenOptions, SendOptions, SimulateOptions, TriggerOptions } from '../input/options.ts'
import type { Verb } from './verb.ts'
import { collect } from './verb.ts'

export function addAsk(program: Verb, io: CliIo): void {
  program
    .command('ask')
    .argument('<command>', 'the word of a before command, such as Live.CallbackBeforeSendGift')
    .description('ask the app about an event made from the catalogue’s sample, and print the verdict')
    .example('livehook ask Live.CallbackBeforeSendGift --set GiftWater.Count=100')
    .option('--set <path=value...>', 'set a member of the sample, such as GiftWater.Count=100')
    .option('--unset <path...>', 'take a member out of the sample')
    .option('--body <file>', 'take exactly these bytes instead, - for standard input')
    .option('--app <SdkAppId>', 'the app (the only one, if there is one)')
    .option('--client-ip <address>', 'address of the client whose action this is')
    .option('--platform <word>', 'that client’s platform, such as iOS')
    .option('--deadline-ms <number>', 'shorten the webhook’s deadline')
    .option('--json', 'print the answer as JSON')
    .note('Exit code 0: the event may pass. 7: it was denied or dropped. 8: no one decided in time.')
    .action(async (command: string, options: AskOptions) => {
      const { ask } = await import('../send/ask.ts')
      await ask(command, options, io)
    })
}

export function addTrigger(program: Verb, io: CliIo): void {
  program
    .command('trigger')
    .argument('<command>', 'a command word, such as Live.CallbackAfterCreateRoom')
    .description('an event made from the catalogue’s sample: through the service, or straight to a URL')
    .example('livehook trigger Live.CallbackAfterCreateRoom --set RoomInfo.RoomId=r1 --wait')
    .example('livehook trigger Live.CallbackBeforeSendGift', 'a before command is asked: the verdict')
    .example('livehook trigger Live.CallbackAfterCreateRoom --to http://localhost:3000/hook', 'no service needed')
    .example('livehook trigger Group.CallbackBeforeSendMsg --to http://localhost:3000/hook --tamper late')
    .option('--set <path=value...>', 'set a member of the sample, such as RoomInfo.RoomId=r1')
    .option('--unset <path...>', 'take a member out of the sample')
    .option('--body <file>', 'take exactly these bytes instead: @file, or - for standard input')
    .option('--app <SdkAppId>', 'the app (the only one, if there is one)')
    .option('--client-ip <address>', 'address of the client whose action caused the event')
    .option('--platform <word>', 'that client’s platform, such as iOS')
    .option('--wait', 'wait until every delivery has ended or failed once, and show request, reply and advice')
    .option('--times <number>', 'so many times (default 1)')
    .option('--rate <number>', 'so many a second; without it each waits for the one before')
    .option('--to <url>', 'sign and send it to this URL from here, and show request and reply')
    .option('--sdk-app-id <number>', 'with --to: SdkAppId to send (default 1400000001)')
    .option('--token-file <file>', 'with --to: file with the token, - for standard input (else LIVEHOOK_TOKEN)')
    .option('--at <seconds>', 'with --to: Unix seconds to sign at (default: now)')
    .addOption(
      new Option('--tamper <how>', 'with --to: what a receiver must refuse, or answer alike twice').choices([
        'late',
        'future',
        'twice',
        'badtoken',
        'foreign',
        'cut',
      ]),
    )
    .option('--json', 'print the answers as JSON, one object a line')
    .note(
      'Exit code 0: it was taken, or allowed; with --tamper: the receiver did what it must. 4: with --tamper: that cannot be told. 5: no one is there. 6: the reply is no good. 7: denied or dropped. 8: no one decided in time.',
    )
    .action(async (command: string, options: TriggerOptions) => {
      const { trigger } = await import('../trigger/trigger.ts')
      await trigger(command, options, io)
    })
}

export function addSend(program: Verb, io: CliIo): void {
  program
    .command('send')
    .argument('<command>', 'a command word, such as Live.CallbackAfterCreateRoom')
    .description('post an event whose body is exactly the bytes of a file')
    .example('livehook send Live.CallbackAfterCreateRoom --body event.json', 'through the service')
    .example('livehook send Live.CallbackAfterCreateRoom --body - --direct http://localhost:3000/hook', 'without one')
    .requiredOption('--body <file>', 'the body, - for standard input')
    .option('--app <SdkAppId>', 'the app (the only one, if there is one)')
    .option('--client-ip <address>', 'address of the client whose action caused the event')
    .option('--platform <word>', 'that client’s platform, such as iOS')
    .option('--direct <url>', 'sign and send it to this URL myself, without a service')
    .option('--sdk-app-id <number>', 'SdkAppId to send with --direct (default 1400000001)')
    .option('--token-file <file>', 'with --direct: file with the token, - for standard input')
    .option('--json', 'print the answer as JSON')
    .action(async (command: string, options: SendOptions) => {
      const { send } = await import('../send/send.ts')
      await send(command, options, io)
    })
}

export function addListen(program: Verb, io: CliIo): void {
  program
    .command('listen')
    .description('a receiver in the terminal: checks every request, shows what arrives, answers by rules')
    .example('livehook listen --token-file token.txt')
    .example('livehook listen --deny Group.CallbackBeforeSendMsg=10101', 'what does the app’s user see?')
    .example('livehook listen --status 503 --delay 1500', 'a receiver in trouble')
    .example('livehook listen --forward http://localhost:3000/hook', 'look on while your own receiver answers')
    .option('--port <port>', 'port to listen on, 0 for any free one (default 4040)')
    .option('--host <address>', 'address to listen on (default 127.0.0.1)')
    .option('--token-file <file>', 'file with an accepted token, - for standard input; may be repeated', collect)
    .option('--sdk-app-id <number>', 'refuse requests for any other app')
    .option(
      '--deny <command=code>',
      'deny this command: code, or code:text; command~word=code denies only bodies with that word',
      collect,
    )
    .option('--drop <command>', 'drop this command in silence; may be repeated', collect)
    .option('--reply <command=@file>', 'answer this command with the bytes of a file; may be repeated', collect)
    .option('--delay <ms>', 'answer later, by so many milliseconds, or command=ms; may be repeated', collect)
    .option('--status <status>', 'answer with this status, or command=status; may be repeated', collect)
    .option('--garbage [command]', 'answer with what is no JSON')
    .option('--forward <url>', 'pass every request on, byte for byte, and answer with the reply that comes')
    .option('--record <file>', 'write every request and its reply to this file, one JSON object a line')
    .option('--hint-after <seconds>', 'say what to check when nothing arrived for so long; 0 for never (default 8)')
    .option('--quiet', 'show nothing but the totals at the end')
    .option('--json', 'print one JSON object a request, and the totals at the end')
    .note(
      'A command is a word, a family such as Live.*, or *. Ctrl-C ends it with the totals. Without a token nothing is verified.',
    )
    .action(async (options: ListenOptions) => {
      const { listen } = await import('../listen/listen.ts')
      await listen(options, io)
    })
}

export function addSimulate(program: Verb, io: CliIo): void {
  program
    .command('simulate')
    .description('a live evening: rooms, viewers, messages, gifts, seats, battles and recordings, through the service')
    .example('livehook simulate')
    .example('livehook simulate --seed 7 --rooms 50 --viewers 5000 --duration 60s', 'a full house')
    .example("livehook listen --deny 'Group.CallbackBeforeSendMsg~cheap followers=10101'", 'a moderator to go with it')
    .option('--app <SdkAppId>', 'the app (the only one, if there is one)')
    .option('--seed <number>', 'the same seed gives the same evening (default 1)')
    .option('--rooms <number>', 'how many rooms open (default 5)')
    .option('--viewers <number>', 'how many viewers come, in all (default 200)')
    .option('--duration <time>', 'how long it lasts: 90s, 5m, 1h (default 30s)')
    .option('--rate <number>', 'events and asks a second at most; the evening lasts longer then')
    .option('--wait <time>', 'how long to wait for the last deliveries (default 60s)')
    .option('--json', 'print the counts as JSON')
    .note(
      'Exit code 0: every delivery arrived. 6: some did not. 130: stopped by Ctrl-C, with the counts so far. Messages and gifts are asked first and told only if that was allowed.',
    )
    .action(async (options: SimulateOptions) => {
      const { simulate } = await import('../simulate/simulate.ts')
      await simulate(options, io)
    })
}

export function addCommands(program: Verb, io: CliIo): void {
  program
    .command('commands')
    .argument('[word]', 'a command word or a family, such as Live.CallbackBeforeSendGift or Live')
    .description('show what commands there are, or all about one')
    .example('livehook commands Live')
    .example('livehook commands Live.CallbackBeforeSendGift', 'its members and reply codes')
    .option('--json', 'print it as JSON')
    .action(async (word: string | undefined, options: { readonly json?: true }) => {
      const { commands } = await import('../look/commands.ts')
      commands(word, options, io)
    })
}
