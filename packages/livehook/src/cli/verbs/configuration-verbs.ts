// The verbs of configuration as code: `apply` and `export`.

import type { ApplyOptions } from '../apply/apply.ts'
import type { ExportOptions } from '../apply/export.ts'
import type { CliIo } from '../io.ts'
import type { Verb } from './verb.ts'
import { collect } from './verb.ts'

export function addApply(program: Verb, io: CliIo): void {
  program
    .command('apply')
    .description('make the service what a file says; shows the difference first')
    .example('livehook apply -f livehook.yaml', 'show what would change, and ask')
    .example('livehook apply -f livehook.yaml --dry-run', 'show it only; exit code 4 where something would change')
    .example('livehook apply -f livehook.yaml --prune --yes', 'delete what the file does not name, without asking')
    .requiredOption('-f, --file <file>', 'the file, - for standard input')
    .option('--prune', 'delete webhooks and commands of its apps that the file does not name')
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--yes', 'do it without asking; required without a terminal')
    .option('--json', 'print the plan as JSON')
    .note(
      'Exit code 0: the service is what the file says, or was made so. 2: nothing was done, because --yes was missing. 3: something is wrong with the file. 4: with --dry-run, something would change.',
    )
    .action(async (options: ApplyOptions) => {
      const { apply } = await import('../apply/apply.ts')
      await apply(options, io)
    })
}

export function addExport(program: Verb, io: CliIo): void {
  program
    .command('export')
    .description('print apps, webhooks and commands as a file for apply, without secrets')
    .example('livehook export > livehook.yaml')
    .option('--app <SdkAppId>', 'only this app; may be repeated', collect)
    .option('--json', 'print it as JSON, which apply takes too')
    .option('--schema', 'print the JSON Schema of such a file instead, for editors')
    .action(async (options: ExportOptions) => {
      const { exportConfiguration } = await import('../apply/export.ts')
      await exportConfiguration(options, io)
    })
}
