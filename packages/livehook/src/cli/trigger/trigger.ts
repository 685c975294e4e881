// livehook trigger <command>: an event made from the catalogue's sample, through the service or straight to a URL. In reading
// order: sample-body.ts, trigger/service.ts, trigger/direct.ts, trigger/tamper.ts, trigger/reading.ts.

import { isStdin } from '../input/body-source.ts'
import { eventToPost } from '../send/event-to-post.ts'
import type { CliIo } from '../io.ts'
import { CliError } from '../io.ts'
import type { TriggerOptions } from '../input/options.ts'
import type { Pace } from '../send/pace.ts'
import { bodyFor } from '../send/sample-body.ts'
import { wholeNumber } from '../input/whole-number.ts'

const mostTimes = 1_000_000
const mostRate = 100_000

export async function trigger(command: string, options: TriggerOptions, io: CliIo): Promise<void> {
  refuseMisfits(command, options)
  const pace: Pace = {
    times: wholeNumber(options.times, { name: '--times', fallback: 1, most: mostTimes }),
    rate:
      options.rate === undefined
        ? undefined
        : wholeNumber(options.rate, { name: '--rate', fallback: 1, most: mostRate }),
    stop: io.stop,
  }
  if (options.to !== undefined) {
    const body = await bodyFor(command, { options, io })
    const { triggerDirectly } = await import('./direct.ts')
    await triggerDirectly({ command, url: options.to, body, options, pace, io })
    return
  }
  const event = await eventToPost(command, options, io)
  const { triggerThroughService } = await import('./service.ts')
  await triggerThroughService({ command, ...event, options, pace, io })
}

/** Options that would change nothing are mistakes. */
function refuseMisfits(command: string, options: TriggerOptions): void {
  if (isStdin(options.body) && options.tokenFile === '-') {
    throw new CliError('usage', 'Standard input can give the body or the token, not both.')
  }
  if (options.to !== undefined) {
    if (options.wait === true || options.app !== undefined) {
      throw new CliError('usage', 'With --to no service takes part: --wait and --app have no meaning.')
    }
    return
  }
  for (const name of ['tamper', 'at', 'tokenFile', 'sdkAppId'] as const) {
    if (options[name] === undefined) continue
    const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    throw new CliError(
      'usage',
      `${flag} needs --to <url>: the service signs for itself, now and with the webhook's token. \`livehook trigger ${command} --to http://localhost:3000/hook\``,
    )
  }
}
