// The answer to an ask: in words, and as an exit code.

import type { AskAnswer } from '../../http/contract/contract.ts'
import { CliError } from '../io.ts'
import { decisionText } from '../terminal/verdict-text.ts'

export function answerLines(answer: AskAnswer): readonly string[] {
  const replaced = Object.keys(answer.replace)
  return [
    decisionText(answer),
    ...(replaced.length === 0 ? [] : [`  in place of the event's own: ${replaced.join(', ')}`]),
    ...(answer.rule === null ? [] : [`  by the rule ${answer.rule}`]),
    `  ${answer.decisionId}`,
  ]
}

/**
 * Who asked in a script goes on only if the event may pass and someone said so in time.
 * @throws CliError `deadline` or `denied`
 */
export function endByAnswers(answers: readonly AskAnswer[]): void {
  const late = answers.find(({ failureClass }) => failureClass === 'timeout')
  if (late !== undefined) {
    throw new CliError('deadline', `There was no verdict within ${late.deadlineMs} ms; the failure policy decided.`)
  }
  const no = answers.find(({ verdict }) => verdict !== 'allow')
  if (no !== undefined) {
    throw new CliError('denied', no.verdict === 'deny' ? 'The event was denied.' : 'The event was dropped.')
  }
}
