import type { Attempt, Evidence } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { formatBytes } from '../text/format.ts'
import { useFormatTag } from '../text/use-format-tag.ts'
import { visibleLine } from '../text/visible-text.ts'
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
  if (bodyBytes !== undefined) facts.push([t('detail.body'), formatBytes(bodyBytes, tag)])
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
      <AnswerBody evidence={evidence} />
    </>
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
