import type { Attempt } from 'livehook/contract'
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
  const { bodyStart = '', bodyBytes = 0, jsonOffset, jsonFound, location, responseHeaders = [] } = evidence
  const shownBytes = new TextEncoder().encode(bodyStart).length
  const facts: [string, string][] = [[t('detail.status'), String(evidence.status)]]
  if (location !== undefined) facts.push([t('detail.redirectTo'), location])
  return (
    <>
      <Pairs pairs={facts} />
      <Part title={t('detail.answerHeaders')}>
        <Pairs pairs={responseHeaders} />
      </Part>
      {jsonOffset !== undefined && jsonFound !== undefined && (
        <Absent>{t('detail.brokenJson', { offset: jsonOffset, found: visibleLine(jsonFound, 80) })}</Absent>
      )}
      <BodyView title={`${t('detail.body')} · ${formatBytes(bodyBytes, tag)}`} text={bodyStart} />
      {shownBytes < bodyBytes && (
        <Absent>
          {t('detail.answerStart', {
            shown: formatBytes(shownBytes, tag),
            total: formatBytes(bodyBytes, tag),
          })}
        </Absent>
      )}
    </>
  )
}
