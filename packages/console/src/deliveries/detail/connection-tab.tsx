import type { Attempt } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { CertificateCard } from './certificate-card.tsx'
import { Absent, Pairs } from './parts.tsx'

/** What was learnt on the way to the receiver, down to its certificate. */
export function ConnectionTab({ attempt }: { attempt: Attempt | undefined }) {
  const { t } = useTranslation()
  if (attempt === undefined) return <Absent>{t('detail.noAttempts')}</Absent>
  const { evidence } = attempt
  const pairs = (
    [
      [t('detail.resolver'), evidence.resolver],
      [t('detail.addresses'), evidence.addresses?.join(', ')],
      [t('detail.refusedBecause'), evidence.reason],
      [t('detail.refusedAddress'), evidence.refusedAddress],
      [t('detail.dialled'), evidence.dialled],
      [t('detail.local'), evidence.local],
      [
        t('detail.kept'),
        evidence.reused === undefined ? undefined : t(evidence.reused ? 'detail.keptYes' : 'detail.keptNo'),
      ],
      [t('detail.errorCode'), evidence.errorCode],
      [t('detail.tlsProtocol'), evidence.tlsProtocol],
      [t('detail.note'), evidence.note],
    ] as const
  ).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))
  return (
    <>
      {pairs.length === 0 ? <Absent>{t('detail.noFacts')}</Absent> : <Pairs pairs={pairs} />}
      {evidence.certificate !== undefined && (
        <CertificateCard certificate={evidence.certificate} seenAt={Date.parse(attempt.at)} />
      )}
    </>
  )
}
