import type { Attempt, Evidence } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { formatBytes } from '../../text/format.ts'
import { useFormatTag } from '../../text/use-format-tag.ts'
import { visibleLine } from '../../text/visible-text.ts'
import { BodyView } from './body-view.tsx'
import { Absent, Pairs, Part } from './parts.tsx'

/** What came back: status, headers, the start of the body. */
export function AnswerTab({ attempt }: { attempt: Attempt | undefined }) {
  const { t } = useTranslation()
  const tag = useFormatTag()
  const evidence = attempt?.evidence
  if (evidence?.status === undefined) return <Absent>{t('detail.noAnswer')}</Absent>
  const { bodyBytes, location, responseHeaders } = evidence
  const facts: [string, string][] = [[t('detail.status'), String(evidence.status)]]
  if (location !== undefined) facts.push([t('detail.redirectTo'), location])
  const isCut = attempt?.detail === 'response_too_large'
  if (bodyBytes !== undefined && !isCut) facts.push([t('detail.body'), formatBytes(bodyBytes, tag)])
  return (
    <>
      <Pairs pairs={facts} />
      {responseHeaders === undefined && evidence.bodyStart === undefined && (
        <Absent>{t('detail.answerNotKept')}</Absent>
      )}
      {responseHeaders !== undefined && (
        <Part title={t('detail.answerHeaders')}>
          <Pairs pairs={responseHeaders} />
        </Part>
      )}
      {isCut && <Cut evidence={evidence} />}
      {!(isCut && bodyBytes === 0) && <AnswerBody evidence={evidence} />}
    </>
  )
}

/** An answer that is larger than what is ever read: how much there was, as far as it said so. */
function Cut({ evidence }: { evidence: Evidence }) {
  const { t } = useTranslation()
  const tag = useFormatTag()
  const announced = evidence.responseHeaders?.find(([name]) => name === 'content-length')?.[1]
  const read = formatBytes(evidence.bodyBytes ?? 0, tag)
  return (
    <Absent>
      {announced === undefined
        ? t('detail.cut', { read })
        : t('detail.cutOf', { read, announced: formatBytes(Number(announced), tag) })}
    </Absent>
  )
}

/** The start of the answer's body, and where it stops being JSON. */
function AnswerBody({ evidence }: { evidence: Evidence }) {
  const { t } = useTranslation()
  const tag = useFormatTag()
  const { bodyStart, jsonOffset, jsonFound } = evidence
  if (bodyStart === undefined) return null
  const shownBytes = new TextEncoder().encode(bodyStart).length
  const bodyBytes = evidence.bodyBytes ?? shownBytes
  return (
    <>
      {jsonOffset !== undefined && jsonFound !== undefined && (
        <Absent>{t('detail.brokenJson', { offset: jsonOffset, found: visibleLine(jsonFound, 80) })}</Absent>
      )}
      <BodyView title={`${t('detail.body')} · ${formatBytes(bodyBytes, tag)}`} text={bodyStart} />
      {shownBytes < bodyBytes && (
        <Absent>
          {t('detail.answerStart', { shown: formatBytes(shownBytes, tag), total: formatBytes(bodyBytes, tag) })}
        </Absent>
      )}
    </>
  )
}
