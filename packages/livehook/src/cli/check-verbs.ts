// The verbs that need no service: `doctor`, `sign`, `verify`.

import type { Command } from 'commander'
import { Option } from 'commander'
import type { CliIo } from './io.ts'
import type { DoctorOptions } from './options.ts'

export function addDoctor(program: Command, io: CliIo): void {
  program
    .command('doctor')
    .argument('[url]', 'the webhook’s URL, as it would be registered')
    .description('ask a webhook’s URL step by step, from this machine, and say what to mend')
    .option('--token-file <file>', 'file with the token, - for standard input (else LIVEHOOK_TOKEN)')
    .option('--command <word>', 'whose sample is sent (default Live.CallbackAfterCreateRoom)')
    .option('--egress-allow <list>', 'CIDRs that may be called although they are not public, such as 127.0.0.0/8')
    .option('--dns <list>', 'resolver addresses to ask instead of the system’s')
    .option('--sdk-app-id <number>', 'SdkAppId to send (default 1400000001)')
    .addOption(new Option('--spelling <word>', 'how the parameters are written').choices(['webhook', 'callback']))
    .option('--timeout-ms <ms>', 'how long each request may take (default 5000)')
    .option('--webhook <id>', 'let the running service ask this webhook of its own')
    .option('--app <SdkAppId>', 'with --webhook: its app (the only one, where there is one)')
    .addOption(new Option('--lang <language>', 'language of the advice').choices(['en', 'zh']))
    .option('--json', 'print the probe as JSON')
    .action(async (url: string | undefined, options: DoctorOptions) => {
      const { doctor } = await import('./doctor.ts')
      await doctor(url, options, io)
    })
}
