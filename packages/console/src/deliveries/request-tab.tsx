import type { Attempt, DeliveryDetail } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { CommandBlock } from '../look/command-block.tsx'
import { formatBytes } from '../text/format.ts'
import { useFormatTag } from '../text/use-format-tag.ts'
import { BodyView } from './body-view.tsx'
import { Absent, Pairs, Part } from './parts.tsx'

/** What was sent. `Sign` is masked already in what the service keeps. */
export function RequestTab({ detail, attempt }: { detail: DeliveryDetail; attempt: Attempt | undefined }) {
  const { t } = useTranslation()
  const tag = useFormatTag()
  const { target, requestHeaders } = attempt?.evidence ?? {}
  const size = formatBytes(detail.event.bodyBytes, tag)
  return (
    <>
      {target === undefined ? (
        attempt !== undefined && (
          <Absent>{t(attempt.evidence.status === undefined ? 'detail.notSent' : 'detail.requestNotKept')}</Absent>
        )
      ) : (
        <Part title={t('detail.requestLine')}>
          <CommandBlock command={`POST ${target}`} label={t('copy.copy')} />
        </Part>
      )}
      {requestHeaders !== undefined && (
        <Part title={t('detail.requestHeaders')}>
          <Pairs pairs={Object.entries(requestHeaders)} />
        </Part>
      )}
      {detail.event.body === null ? (
        <Absent>{t('detail.bodyNotKept')}</Absent>
      ) : (
        <BodyView title={`${t('detail.body')} · ${size}`} text={detail.event.body} />
      )}
    </>
  )
}
