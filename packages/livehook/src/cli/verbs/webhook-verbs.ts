// The verbs about webhooks: ls, get, create, set, rm, pause, resume, test, and their tokens.

import { Option } from 'commander'
import type { CliIo } from '../io.ts'
import type { RotateOptions, WebhookMemberOptions, WebhookOptions } from '../manage/webhooks.ts'
import type { Verb } from './verb.ts'
import { collect } from './verb.ts'

export function addWebhooks(program: Verb, io: CliIo): void {
  const webhooks = program
    .command('webhooks')
    .description('where an app’s events go')
    .example('livehook webhooks ls')
    .example("livehook webhooks create --url https://app.example/hook --commands '*'")
  webhooks
    .command('ls')
    .description('list webhooks, newest first')
    .example('livehook webhooks ls --watch')
    .option('--app <SdkAppId>', 'only of this app')
    .option('--watch', 'again and again, until Ctrl-C')
    .option('--json', 'print them as JSON')
    .action(async (options: WebhookOptions) => (await import('../manage/webhooks.ts')).listWebhooks(options, io))
  withId(webhooks.command('get').description('show a webhook'))
    .example('livehook webhooks get wh_7k2m9qxd00001')
    .action(async (id: string, options: WebhookOptions) =>
      (await import('../manage/webhooks.ts')).showWebhook(id, options, io),
    )
  withMembers(webhooks.command('create').description('register a webhook'))
    .example("livehook webhooks create --url https://app.example/hook --commands 'Live.*,Group.CallbackBeforeSendMsg'")
    .note('Without --commands it is subscribed to *, which is every after command; a before command is named in full.')
    .option('--app <SdkAppId>', 'the app (the only one, if there is one)')
    .option('--token-file <file>', 'file with its token, - for standard input (else LIVEHOOK_TOKEN)')
    .option('--json', 'print it as JSON')
    .action(async (options: WebhookMemberOptions) => (await import('../manage/webhooks.ts')).createWebhook(options, io))
  withId(withMembers(webhooks.command('set').description('change members of a webhook')))
    .example('livehook webhooks set wh_7k2m9qxd00001 --retry 5,30,120 --timeout-ms 3000')
    .action(async (id: string, options: WebhookMemberOptions) =>
      (await import('../manage/webhooks.ts')).setWebhook(id, options, io),
    )
  withId(webhooks.command('rm').description('delete a webhook, and cancel what waits for it'))
    .example('livehook webhooks rm wh_7k2m9qxd00001 --yes')
    .option('--yes', 'do it without asking; required without a terminal')
    .action(async (id: string, options: WebhookOptions) =>
      (await import('../manage/webhooks.ts')).removeWebhook(id, options, io),
    )
  addSwitches(webhooks, io)
  addToken(webhooks, io)
}

function addSwitches(webhooks: Verb, io: CliIo): void {
  for (const [name, paused, says] of [
    ['pause', true, 'send nothing for now; everything waits'],
    ['resume', false, 'send again, beginning with what waits'],
  ] as const) {
    withId(webhooks.command(name).description(says))
      .example(`livehook webhooks ${name} wh_7k2m9qxd00001`)
      .action(async (id: string, options: WebhookOptions) =>
        (await import('../manage/webhooks.ts')).pauseWebhook(id, { paused, options, io }),
      )
  }
  withId(webhooks.command('test').description('let the service ask the webhook step by step, as doctor does'))
    .example('livehook webhooks test wh_7k2m9qxd00001')
    .action(async (id: string, options: WebhookOptions) => {
      const { testWebhook } = await import('../manage/webhook-test.ts')
      await testWebhook(id, options, io)
    })
}

function addToken(webhooks: Verb, io: CliIo): void {
  const token = webhooks
    .command('token')
    .description('the secret that a webhook signs with')
    .example('livehook webhooks token rotate wh_7k2m9qxd00001')
  withId(token.command('set').description('sign with this token from now on'))
    .example('livehook webhooks token set wh_7k2m9qxd00001 --token-file token.txt')
    .option('--token-file <file>', 'file with the token, - for standard input (else LIVEHOOK_TOKEN)')
    .action(async (id: string, options: WebhookOptions) =>
      (await import('../manage/webhooks.ts')).setToken(id, options, io),
    )
  withId(token.command('rotate').description('make a new token, and print it'))
    .example('livehook webhooks token rotate wh_7k2m9qxd00001 > token.txt')
    .option('--overlap <time>', 'how long Sign is still made with the old one: 0, 30m, 1h (default 1h)')
    .action(async (id: string, options: RotateOptions) =>
      (await import('../manage/webhooks.ts')).rotateToken(id, options, io),
    )
  withId(token.command('rm').description('sign nothing any more'))
    .example('livehook webhooks token rm wh_7k2m9qxd00001 --yes')
    .option('--yes', 'do it without asking; required without a terminal')
    .action(async (id: string, options: WebhookOptions) =>
      (await import('../manage/webhooks.ts')).removeToken(id, options, io),
    )
}

function withId(command: Verb): Verb {
  return command
    .argument('<webhookId>', 'such as wh_…')
    .option('--app <SdkAppId>', 'its app, which spares looking for it')
    .option('--json', 'print the answer as JSON')
}

function withMembers(command: Verb): Verb {
  return command
    .option('--url <url>', 'where requests go')
    .option('--name <name>', 'for people')
    .option('--commands <list>', 'command words, Family.* or *, separated by commas')
    .addOption(new Option('--spelling <word>', 'how parameters are written').choices(['webhook', 'callback']))
    .option('--enabled <switch>', 'true or false: a webhook that is off is subscribed to nothing')
    .option('--timeout-ms <ms>', 'how long an attempt may take')
    .option('--max-in-flight <number>', 'attempts at once')
    .option('--rate <number>', 'attempts a second, or none for no limit')
    .option('--retry <list>', 'seconds before each retry, separated by commas, or none')
    .option('--header <header>', "a header of your own, 'name: value'; may be repeated", collect)
    .option('--set <member=value...>', 'any other member of the API, such as keepBodies=failed')
}
