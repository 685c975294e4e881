// What people read about the stages of a probe beside the advice of a failed attempt (advice.ts): why something was left
// out, what is worth knowing although it passed, and what a receiver without manners is open to.

import type { Advice } from './advice.ts'
import type { MannersDetail, SkipReason } from './probe.ts'

const packet = '{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}'

export const noAdvice: Advice = { en: [], zh: [] }

/** Why a stage was skipped. Two of the reasons depend on the stage and are below. */
export const skipAdvice: Readonly<Record<Exclude<SkipReason, 'not_needed' | 'says_nothing'>, Advice>> = {
  not_reached: { en: ['Not asked: an earlier stage failed.'], zh: ['未检查：前面的步骤失败。'] },
  no_token: {
    en: [
      'Not asked: without a token requests carry no Sign, so anyone who knows the URL can send events to it.',
      'Set a token on the webhook and check Sign in the receiver.',
    ],
    zh: [
      '未检查：没有 Token 的请求不带 Sign，任何知道该 URL 的人都可以向它发送事件。',
      '请为回调设置 Token，并在接收方校验 Sign。',
    ],
  },
  out_of_time: {
    en: ['Not asked: the 60 seconds of this probe were used up by slow answers.'],
    zh: ['未检查：应答过慢，本次探测的 60 秒已用完。'],
  },
}

export const dnsNotNeeded: Advice = {
  en: ['Nothing to resolve: the URL names the address itself.'],
  zh: ['无需解析：URL 直接写明了地址。'],
}

export const tlsNotNeeded: Advice = {
  en: ['An http: URL: anyone who sits on the way can read every event and its Sign. Serve the webhook over https.'],
  zh: ['这是 http: 地址：传输途中的任何人都能读到事件和 Sign，建议改用 https。'],
}

/** Below this many days a certificate that is renewed by itself would have been renewed. */
export const fewDays = 14

export function certificateEndsSoon(days: number): Advice {
  return {
    en: [`The certificate ends in ${days} ${days === 1 ? 'day' : 'days'}: check that its renewal runs.`],
    zh: [`证书将在 ${days} 天后到期：请确认自动续期正常运行。`],
  }
}

/** An *after* command's answer that is JSON without a code. */
export const replyWithoutCode: Advice = {
  en: [
    `The answer has no integer ErrorCode. After commands need none; before commands would get no verdict from it: answer ${packet}.`,
  ],
  zh: [`应答缺少整数 ErrorCode。after 类回调不需要它，但 before 类回调将因此得不到裁决，建议返回 ${packet}。`],
}

export function replyWithCode(errorCode: number, phase: 'before' | 'after'): Advice {
  return phase === 'after'
    ? {
        en: [`The packet says ErrorCode ${errorCode}; the content of an answer to an after command is ignored.`],
        zh: [`应答包中的 ErrorCode 为 ${errorCode}；after 类回调的应答内容会被忽略。`],
      }
    : {
        en: [`The packet says ErrorCode ${errorCode}: this is the verdict on the sample event.`],
        zh: [`应答包中的 ErrorCode 为 ${errorCode}：这就是对示例事件的裁决。`],
      }
}

/** What the receiver is open to, by what it did. */
export const mannersAdvice: Readonly<Record<MannersDetail, Advice>> = {
  open_to_forgery: {
    en: [
      'Open to forgery: a request with a wrong Sign was accepted, so anyone who knows the URL can make up events.',
      'Before anything else, compare Sign with the lower-case hex of sha256(Token + RequestTime) and answer 401 if they differ; `livehook verify` shows the check step by step.',
    ],
    zh: [
      '可被伪造：接收方接受了 Sign 错误的请求，任何知道该 URL 的人都可以伪造事件。',
      '请首先将 Sign 与 sha256(Token + RequestTime) 的小写十六进制值比较，不一致时返回 401；可用 `livehook verify` 查看逐步校验过程。',
    ],
  },
  accepts_stale: {
    en: [
      'Open to replay: a request that was signed ten minutes ago was accepted, so anyone who saw one request can send it again at any time.',
      'Answer 401 where RequestTime differs from the clock of the receiver by more than 60 seconds, either way.',
    ],
    zh: [
      '可被重放：接收方接受了十分钟前签名的请求，任何见过一次请求的人都可以随时再次发送。',
      '当 RequestTime 与接收方时钟相差超过 60 秒（无论早晚）时，请返回 401。',
    ],
  },
  accepts_foreign_app: {
    en: [
      'A request for another app was accepted: Sign does not cover SdkAppId, so with a shared token one app can pass for another.',
      'Compare SdkAppId in the query with your own and answer 401 if it is another.',
    ],
    zh: [
      '接收方接受了其他应用的请求：Sign 不覆盖 SdkAppId，共用 Token 时一个应用可以冒充另一个。',
      '请将查询参数 SdkAppId 与自己的应用比较，不一致时返回 401。',
    ],
  },
  refuses_retry: {
    en: [
      'The same event was refused when it came a second time: if an answer is lost, the retry counts as a failure although the event was handled.',
      'Remember each webhook-id for a day, and answer the ones that were handled with 200 and OK again, without doing the work twice.',
    ],
    zh: [
      '同一事件第二次到达时被拒绝：应答丢失后的重试会被记为失败，尽管事件已被处理。',
      '请将每个 webhook-id 保留一天，对已处理过的再次返回 200 和 OK，而不重复处理。',
    ],
  },
}

/** A request was refused, though not on purpose. */
export function refusedByCrash(status: number): Advice {
  return {
    en: [`It was refused with status ${status}, which looks like a crash in the receiver: answer 401 instead.`],
    zh: [`接收方以 ${status} 拒绝了请求，看起来像是程序崩溃，建议改为返回 401。`],
  }
}

/** @param detail what came instead of an answer that says something */
export function saysNothing(detail: string): Advice {
  return {
    en: [`This could not be told: what came (${detail}) says nothing about how such a request is taken.`],
    zh: [`无法判断：得到的结果（${detail}）不能说明接收方如何处理这类请求。`],
  }
}
