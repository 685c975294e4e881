import { IconCertificate } from '@tabler/icons-react'
import type { Evidence } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { ExactInstant, useWhen } from '../../text/instant.tsx'
import styles from './certificate-card.module.css'
import { Pairs } from './parts.tsx'

type Certificate = NonNullable<Evidence['certificate']>

/** The certificate that the receiver showed. Whether it was valid is asked of the moment of the attempt. */
export function CertificateCard({ certificate, seenAt }: { certificate: Certificate; seenAt: number }) {
  const { t } = useTranslation()
  const when = useWhen()
  const isExpired = Date.parse(certificate.notAfter) < seenAt
  const isEarly = Date.parse(certificate.notBefore) > seenAt
  const verdict = isEarly
    ? t('detail.notYetValid')
    : t(isExpired ? 'detail.expired' : 'detail.expires', { when: when(certificate.notAfter) })
  return (
    <section className={styles.card} aria-label={t('detail.certificate')}>
      <h4 className={styles.title}>
        <IconCertificate size={16} stroke={1.75} aria-hidden />
        {t('detail.certificate')}
        <span className={isExpired || isEarly ? styles.bad : styles.muted}>{verdict}</span>
      </h4>
      <Pairs
        pairs={[
          [t('detail.subject'), certificate.subject],
          [t('detail.issuer'), certificate.issuer],
          [t('detail.names'), certificate.names.join(', ')],
          [t('detail.validFrom'), <ExactInstant key="from" at={certificate.notBefore} />],
          [t('detail.validUntil'), <ExactInstant key="until" at={certificate.notAfter} />],
          [t('detail.fingerprint'), certificate.fingerprint],
          [t('detail.chain'), t('detail.chainLength', { count: certificate.chainLength })],
        ]}
      />
    </section>
  )
}
