// The verbs that start a service: `serve` and `dev`.

import type { Settings } from '../../config/settings.ts'
import type { CliIo } from '../io.ts'
import type { DevOptions } from '../input/options.ts'
import { addSettingFlags } from './setting-flags.ts'
import type { Verb } from './verb.ts'

export function addServe(program: Verb, io: CliIo): void {
  const serve = program
    .command('serve')
    .description('run the service')
    .example('livehook serve')
    .example('livehook serve --port 0 --store sqlite:/var/lib/livehook/livehook.db', 'any free port, which it tells')
  addSettingFlags(serve).action(async (flags: Partial<Record<keyof Settings, string>>) => {
    const { serve: run } = await import('../service/serve.ts')
    await run(flags, io)
  })
}

export function addDev(program: Verb, io: CliIo): void {
  program
    .command('dev')
    .description('run a service for development: scratch store, an app, a receiver, the console')
    .example('livehook dev --demo', 'a live room that lives, and five webhooks that fail')
    .example('livehook dev --to http://localhost:3000/hook', 'send to your own receiver')
    .example(
      "livehook dev --to http://localhost:3000/hook --exec 'npm test'",
      'and end with the exit code of the tests',
    )
    .option('--to <url>', 'send to this receiver instead of the built-in one')
    .option('--exec <command>', 'run this in a shell once the service is ready, and end with its exit code')
    .option('--demo', 'let a live room live, and show five webhooks that fail')
    .option('--host <address>', 'address to listen on')
    .option('--port <port>', 'port to listen on (0 takes any free one)')
    .option('--token-file <file>', 'file with the token of the webhook, - for standard input')
    .note(
      'The program of --exec finds LIVEHOOK_URL, LIVEHOOK_KEY, LIVEHOOK_TOKEN and LIVEHOOK_SDK_APP_ID in its environment. Without --port it gets any free one.',
    )
    .action(async (options: DevOptions) => {
      const { dev } = await import('../dev/dev.ts')
      await dev(options, io)
    })
}
