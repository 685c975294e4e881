// The verbs that help a shell: `completion`, and `complete`, which its scripts call and people do not.

import { Argument } from 'commander'
import type { Shell } from '../completion/scripts.ts'
import { completionScript, shells } from '../completion/scripts.ts'
import type { CliIo } from '../io.ts'
import type { Verb } from './verb.ts'

/** No one waits longer than this for a Tab. */
const patienceMs = 700

export function addCompletion(program: Verb, io: CliIo): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .description('print what makes a shell complete verbs, options, command words and ids')
    .example('source <(livehook completion bash)', 'now; in ~/.bashrc for good')
    .example('source <(livehook completion zsh)')
    .example('livehook completion fish > ~/.config/fish/completions/livehook.fish')
    .example('livehook completion powershell | Out-String | Invoke-Expression')
    .note(
      'Ids come from the service that LIVEHOOK_URL and LIVEHOOK_KEY name, or from the `livehook dev` of this machine.',
    )
    .action((shell: Shell) => {
      io.stdout.write(completionScript(shell))
    })
  program
    .command('complete', { hidden: true })
    .argument('<index>', 'which word the cursor is in')
    .argument('[words...]', 'the command line')
    .description('what a completion script asks')
    .action(async (index: string, words: string[]) => {
      const { complete } = await import('../completion/completion.ts')
      await complete(program, { index: Number(index), words, patienceMs }, io)
    })
}
