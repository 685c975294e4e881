// The verbs that look and change through the API: `apps`, `keys`, `events`, `decisions`, `stats`, `audit`, and `config`, which
// needs no service. `webhooks` is in webhook-verbs.ts.

import { Option } from 'commander'
import type { Settings } from '../../config/settings.ts'
import type { CliIo } from '../io.ts'
import type { AppSetOptions } from '../manage/apps.ts'
import type { ConfigOptions } from '../service/config.ts'
import type { AuditOptions, NewKeyOptions } from '../manage/keys.ts'
import type { ListingOptions } from '../look/listing.ts'
import type { DecisionOptions } from '../look/decisions.ts'
import type { StatsOptions } from '../look/stats.ts'
import { addSettingFlags } from './setting-flags.ts'
import type { Verb } from './verb.ts'

const oneApp = '--app <SdkAppId>'
const theOnlyApp = 'the app (the only one, if there is one)'

export function addApps(program: Verb, io: CliIo): void {
  const apps = program.command('apps').description('the apps of the service').example('livehook apps ls')
  apps
    .command('ls')
    .description('list apps, newest first')
    .example('livehook apps ls --json')
    .option('--watch', 'again and again, until Ctrl-C')
    .option('--json', 'print them as JSON')
    .action(async (options: ListingOptions) => (await import('../manage/apps.ts')).listApps(options, io))
  apps
    .command('get')
    .argument('[SdkAppId]', theOnlyApp)
    .description('show an app')
    .example('livehook apps get 1400000001')
    .option('--json', 'print it as JSON')
    .action(async (id: string | undefined, options: ListingOptions) =>
      (await import('../manage/apps.ts')).showApp(id, options, io),
    )
  apps
    .command('create')
    .argument('<name>', 'for people')
    .description('make an app; its secret key is shown this once')
    .example("livehook apps create 'my app'")
    .option('--json', 'print it as JSON')
    .action(async (name: string, options: ListingOptions) =>
      (await import('../manage/apps.ts')).createApp(name, options, io),
    )
  apps
    .command('set')
    .argument('<SdkAppId>', 'which app')
    .description('change members of an app')
    .example("livehook apps set 1400000001 --name 'another name'")
    .option('--name <name>', 'for people')
    .option('--set <member=value...>', 'any member of the API, such as eventsPerSecond=500')
    .option('--json', 'print the app as JSON')
    .action(async (id: string, options: AppSetOptions) => (await import('../manage/apps.ts')).setApp(id, options, io))
  apps
    .command('rm')
    .argument('<SdkAppId>', 'which app')
    .description('delete an app that has no webhooks any more, with its keys')
    .example('livehook apps rm 1400000001 --yes')
    .option('--yes', 'do it without asking; required without a terminal')
    .option('--json', 'print the answer as JSON')
    .action(async (id: string, options: ListingOptions & { readonly yes?: true }) =>
      (await import('../manage/apps.ts')).removeApp(id, options, io),
    )
}

export function addKeys(program: Verb, io: CliIo): void {
  const keys = program.command('keys').description('the keys of the API').example('livehook keys ls')
  keys
    .command('ls')
    .description('list keys, newest first')
    .example('livehook keys ls')
    .option('--watch', 'again and again, until Ctrl-C')
    .option('--json', 'print them as JSON')
    .action(async (options: ListingOptions) => (await import('../manage/keys.ts')).listKeys(options, io))
  keys
    .command('get')
    .argument('<keyId>', 'such as key_…')
    .description('show a key: whose it is and when it was used, not the key itself')
    .example('livehook keys get key_7k2m9qxd00000001')
    .option('--json', 'print it as JSON')
    .action(async (keyId: string, options: ListingOptions) =>
      (await import('../manage/keys.ts')).showKey(keyId, options, io),
    )
  keys
    .command('create')
    .argument('<name>', 'who or what uses it')
    .description('make a key; it is printed this once')
    .example('livehook keys create checkout --role ingest --app 1400000001')
    .addOption(
      new Option('--role <role>', 'what it may do')
        .choices(['admin', 'operator', 'ingest', 'read'])
        .makeOptionMandatory(),
    )
    .option(oneApp, 'the only app that it sees; all of them where left out')
    .option('--json', 'print it as JSON')
    .action(async (name: string, options: NewKeyOptions) =>
      (await import('../manage/keys.ts')).createKey(name, options, io),
    )
  keys
    .command('rm')
    .argument('<keyId>', 'such as key_…')
    .description('revoke a key')
    .example('livehook keys rm key_7k2m9qxd00000001 --yes')
    .option('--yes', 'do it without asking; required without a terminal')
    .option('--json', 'print the answer as JSON')
    .action(async (keyId: string, options: ListingOptions & { readonly yes?: true }) =>
      (await import('../manage/keys.ts')).removeKey(keyId, options, io),
    )
}

export function addEvents(program: Verb, io: CliIo): void {
  const events = program.command('events').description('what was handed in').example('livehook events get evt_…')
  events
    .command('get')
    .argument('<eventId>', 'such as evt_…, the webhook-id that receivers see')
    .description('show an event: its body and its deliveries')
    .example('livehook events get evt_7k2m9qxd00000001')
    .option('--json', 'print it as JSON')
    .action(async (eventId: string, options: ListingOptions) =>
      (await import('../look/events.ts')).showEvent(eventId, options, io),
    )
}

export function addDecisions(program: Verb, io: CliIo): void {
  const decisions = program
    .command('decisions')
    .description('what came of asks, and who decided')
    .example('livehook decisions tail --verdict deny')
  withDecisionFilter(decisions.command('ls').description('list decisions, newest first'))
    .example('livehook decisions ls --decided-by policy')
    .option('--limit <number>', 'how many at most (default 50)')
    .option('--watch', 'again and again, until Ctrl-C')
    .option('--json', 'print them as JSON')
    .action(async (options: DecisionOptions) => (await import('../look/decisions.ts')).listDecisions(options, io))
  decisions
    .command('get')
    .argument('<decisionId>', 'such as dec_…')
    .description('show a decision: what was replaced, and what to do where no one decided')
    .example('livehook decisions get dec_7k2m9qxd00000001')
    .option('--json', 'print it as JSON')
    .action(async (decisionId: string, options: ListingOptions) =>
      (await import('../look/decisions.ts')).showDecision(decisionId, options, io),
    )
  withDecisionFilter(decisions.command('tail').description('show decisions while they are made, until Ctrl-C'))
    .example('livehook decisions tail')
    .option('--json', 'print one JSON object a line')
    .action(async (options: DecisionOptions) => (await import('../look/decisions.ts')).tailDecisions(options, io))
}

function withDecisionFilter(command: Verb): Verb {
  return command
    .option(oneApp, theOnlyApp)
    .addOption(new Option('--verdict <verdict>', 'only with this verdict').choices(['allow', 'deny', 'drop']))
    .addOption(new Option('--decided-by <who>', 'only if the app or the policy decided').choices(['app', 'policy']))
    .option('--command <word>', 'only of this command')
    .option('--webhook <id>', 'only of this webhook')
}

export function addStats(program: Verb, io: CliIo): void {
  program
    .command('stats')
    .description('how deliveries went: counts, symptoms, durations, and what waits')
    .example('livehook stats --since 24h --step 3600 --json')
    .option(oneApp, theOnlyApp)
    .option('--webhook <id>', 'only of this webhook')
    .option('--since <time>', 'from when on: 30m, 1h, 2d, or an RFC 3339 time (default 1h)')
    .option('--step <seconds>', 'with --json: how long each step is, whole minutes (default 60)')
    .option('--json', 'print all steps as JSON')
    .action(async (options: StatsOptions) => (await import('../look/stats.ts')).showStats(options, io))
}

export function addAudit(program: Verb, io: CliIo): void {
  const audit = program.command('audit').description('who changed what').example('livehook audit ls')
  audit
    .command('ls')
    .description('list changes, newest first')
    .example('livehook audit ls --action webhook.deleted')
    .option(oneApp, 'only of this app')
    .option('--action <action>', 'only this, such as webhook.changed')
    .option('--actor <id>', 'only by this key')
    .option('--limit <number>', 'how many at most (default 50)')
    .option('--watch', 'again and again, until Ctrl-C')
    .option('--json', 'print them as JSON, with what was before and after')
    .action(async (options: AuditOptions) => (await import('../manage/keys.ts')).listAudit(options, io))
}

export function addConfig(program: Verb, io: CliIo): void {
  const config = program
    .command('config')
    .description('the settings of the service')
    .example('livehook config show --origin')
  const show = config
    .command('show')
    .description('show each setting as serve would take it here; secrets only say whether they are set')
    .example('livehook config show --origin', 'and whether it is from a flag, the environment, a file or the default')
    .option('--origin', 'say where each comes from')
    .option('--json', 'print them as JSON')
  addSettingFlags(show).action(async (options: ConfigOptions & Partial<Record<keyof Settings, string>>) =>
    (await import('../service/config.ts')).showConfig(options, io),
  )
}
