// The verbs that need no service: `doctor`, `sign`, `verify`.

import { Option } from 'commander'
import type { CliIo } from '../io.ts'
import type { DoctorOptions, SignOptions, VerifyOptions } from '../input/options.ts'
import type { Verb } from './verb.ts'
import { collect } from './verb.ts'

export function addDoctor(program: Verb, io: CliIo): void {
  program
    .command('doctor')
    .argument('[url]', 'the webhook’s URL, as it would be registered')
    .description('ask a webhook’s URL step by step, from this machine, and say what to mend')
    .example('livehook doctor https://app.example/hook --token-file token.txt')
    .example('livehook doctor http://localhost:3000/hook --egress-allow 127.0.0.0/8')
    .example('livehook doctor --webhook wh_7k2m9qxd00001', 'let the running service ask')
    .option('--token-file <file>', 'file with the token, - for standard input (else LIVEHOOK_TOKEN)')
    .option('--command <word>', 'whose sample is sent (default Live.CallbackAfterCreateRoom)')
    .option('--egress-allow <list>', 'CIDRs that may be called although they are not public, such as 127.0.0.0/8')
    .option('--dns <list>', 'resolver addresses to ask instead of the system’s')
    .option('--sdk-app-id <number>', 'SdkAppId to send (default 1400000001)')
    .addOption(new Option('--spelling <word>', 'how the parameters are written').choices(['webhook', 'callback']))
    .option('--timeout-ms <ms>', 'how long each request may take (default 5000)')
    .option('--webhook <id>', 'let the running service ask this webhook of its own')
    .option('--app <SdkAppId>', 'with --webhook: its app (the only one, if there is one)')
    .addOption(new Option('--lang <language>', 'language of the advice').choices(['en', 'zh']))
    .option('--json', 'print the probe as JSON')
    .note(
      'Exit code 0: nothing failed. 5: it cannot be reached. 6: it does not answer as it must, or lacks manners. The receiver gets a real sample event.',
    )
    .action(async (url: string | undefined, options: DoctorOptions) => {
      const { doctor } = await import('../look/doctor.ts')
      await doctor(url, options, io)
    })
}

export function addSign(program: Verb, io: CliIo): void {
  program
    .command('sign')
    .description('make Sign and RequestTime for a token, and the whole URL of a signed request')
    .example('livehook sign --token-file token.txt')
    .example('livehook sign --url https://app.example/hook --token-file token.txt', 'a URL to call')
    .option('--at <seconds>', 'Unix seconds to sign at (default: now)')
    .option('--url <url>', 'a registered URL to complete, or one with all parameters to sign again')
    .option('--command <word>', 'with --url: the command (default Live.CallbackAfterCreateRoom)')
    .option('--sdk-app-id <number>', 'with --url: SdkAppId (default 1400000001)')
    .addOption(new Option('--spelling <word>', 'with --url: how names are written').choices(['webhook', 'callback']))
    .option('--client-ip <address>', 'with --url: address of the client whose action caused the event')
    .option('--platform <word>', 'with --url: that client’s platform, such as iOS')
    .option('--token-file <file>', 'file with the token, - for standard input (else LIVEHOOK_TOKEN)')
    .option('--json', 'print it as JSON')
    .action(async (options: SignOptions) => {
      const { sign } = await import('../signature/sign.ts')
      await sign(options, io)
    })
}

export function addVerify(program: Verb, io: CliIo): void {
  program
    .command('verify')
    .argument('<url>', 'the URL of a received request, in single quotes')
    .description('check a received request step by step, and say which check fails and why')
    .example(
      "livehook verify 'https://app.example/hook?SdkAppId=…&Sign=…&RequestTime=…' --at 1669872112 --token-file token.txt",
    )
    .option('--header <header>', "one of its headers, 'name: value'; may be repeated", collect)
    .option('--body <from>', 'its body: @file, or - for standard input')
    .option('--at <seconds>', 'Unix seconds at which it came (default: now)')
    .option('--sdk-app-id <number>', 'the app that it must be for')
    .option('--token-file <file>', 'file with a token, - for standard input; may be repeated', collect)
    .option('--json', 'print the checks as JSON')
    .note('Exit code 0: every check passed. 4: one failed; it is named with its likely cause.')
    .action(async (url: string, options: VerifyOptions) => {
      const { verify } = await import('../signature/verify.ts')
      await verify(url, options, io)
    })
}
