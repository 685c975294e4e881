// The verbs about deliveries: `deliveries ls|get|tail` and `redeliver`.

import { Option } from 'commander'
import type { CliIo } from '../io.ts'
import type { DeliveryListOptions, RedeliverOptions, TailOptions } from '../input/options.ts'
import type { Verb } from './verb.ts'

const states = ['pending', 'claimed', 'succeeded', 'dead', 'cancelled']
const symptoms = [
  'none',
  'times_out',
  'access_denied',
  'https_certificate_error',
  'https_mutual_authentication_error',
  'http_code_not_200',
  'response_not_json',
  'ours',
]

export function addDeliveries(program: Verb, io: CliIo): void {
  const deliveries = program
    .command('deliveries')
    .description('what was brought where, and how it ended')
    .example('livehook deliveries ls --state dead')
    .example('livehook deliveries tail')
  withFilter(
    deliveries
      .command('ls')
      .description('list deliveries, newest first')
      .example('livehook deliveries ls --state dead --since 1h'),
  )
    .addOption(new Option('--state <state...>', 'only in these states').choices(states))
    .option('--id <id>', 'only of this event (webhook-id), delivery or webhook')
    .option('--limit <number>', 'how many at most (default 50)')
    .option('--watch', 'again and again, until Ctrl-C')
    .option('--json', 'print them as JSON')
    .action(async (options: DeliveryListOptions) => {
      const { listDeliveries } = await import('../look/deliveries.ts')
      await listDeliveries(options, io)
    })
  deliveries
    .command('get')
    .argument('<deliveryId>', 'such as dlv_…')
    .description('show one delivery: its attempts, and what to do')
    .example('livehook deliveries get dlv_7k2m9qxd00001')
    .option('--json', 'print it as JSON, with body and evidence')
    .action(async (deliveryId: string, options: { readonly json?: true }) => {
      const { showDelivery } = await import('../look/deliveries.ts')
      await showDelivery(deliveryId, options, io)
    })
  deliveries
    .command('tail')
    .description('show what happens to deliveries while it happens, until Ctrl-C')
    .example('livehook deliveries tail --state dead --json')
    .option('--app <SdkAppId>', 'the app (the only one, if there is one)')
    .option('--command <word>', 'only of this command')
    .option('--webhook <id>', 'only to this webhook')
    .addOption(new Option('--state <state...>', 'only what comes into these states').choices(states))
    .option('--json', 'print one JSON object a line')
    .action(async (options: TailOptions) => {
      const { tailDeliveries } = await import('../look/deliveries.ts')
      await tailDeliveries(options, io)
    })
}

export function addRedeliver(program: Verb, io: CliIo): void {
  const redeliver = program
    .command('redeliver')
    .argument('[deliveryId...]', 'deliveries to send again; none: those that pass the filter')
    .description('send deliveries again, with the same webhook-id')
    .example('livehook redeliver dlv_7k2m9qxd00001')
    .example('livehook redeliver --state dead --since 1h --rate 100 --yes')
  withFilter(redeliver)
    .addOption(new Option('--state <state>', 'which ones (default dead)').choices(['dead', 'succeeded']))
    .option('--rate <number>', 'so many a second at most')
    .option('--yes', 'do it; without it the filter is only counted, or asked about')
    .option('--json', 'print the answers as JSON')
    .action(async (deliveryIds: string[], options: RedeliverOptions) => {
      const { redeliver: run } = await import('../look/redeliver.ts')
      await run(deliveryIds, options, io)
    })
}

function withFilter(command: Verb): Verb {
  return command
    .option('--app <SdkAppId>', 'the app (the only one, if there is one)')
    .option('--command <word>', 'only of this command')
    .option('--webhook <id>', 'only to this webhook')
    .addOption(new Option('--symptom <symptom>', 'only if the last attempt had this symptom').choices(symptoms))
    .option('--detail <code>', 'only if the last attempt had this detail, such as status_503')
    .option('--since <time>', 'only those since then: 30m, 1h, 2d, or an RFC 3339 time')
    .option('--until <time>', 'only those before then')
}
