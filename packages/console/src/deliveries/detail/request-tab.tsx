import type { Attempt, DeliveryDetail, Evidence } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { CommandBlock } from '../../look/command-block.tsx'
import { formatBytes } from '../../text/format.ts'
import { useFormatTag } from '../../text/use-format-tag.ts'
import { visibleText } from '../../text/visible-text.ts'
import { BodyView } from './body-view.tsx'
import { Absent, Pairs, Part } from './parts.tsx'

/** What was sent. `Sign` is masked already in what the service keeps. */
export function RequestTab({ detail, attempt }: { detail: DeliveryDetail; attempt: Attempt | undefined }) {
  const { t } = useTranslation()
  const tag = useFormatTag()
  const size = formatBytes(detail.event.bodyBytes, tag)
  return (
    <>
      {attempt !== undefined && <RequestHead evidence={attempt.evidence} urlNow={detail.webhook?.url} />}
      {detail.event.body === null ? (
        <Absent>{t('detail.bodyNotKept')}</Absent>
      ) : (
        <BodyView title={`${t('detail.body')} · ${size}`} text={detail.event.body} />
      )}
    </>
  )
}

/** Where a request went and what stood above its body, as far as it is kept. */
export function RequestHead({ evidence, urlNow }: { evidence: Evidence; urlNow?: string | undefined }) {
  const { t } = useTranslation()
  const { target, requestHeaders, url } = evidence
  return (
    <>
      {url !== undefined && (
        <Part title={t('detail.wentTo')}>
          <CommandBlock command={url} label={t('copy.copy')} />
          {urlNow !== undefined && urlNow !== url && (
            <Absent>{t('detail.movedSince', { url: visibleText(urlNow) })}</Absent>
          )}
        </Part>
      )}
      {target === undefined ? (
        <Absent>{t(evidence.status === undefined ? 'detail.notSent' : 'detail.requestNotKept')}</Absent>
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
    </>
  )
}
