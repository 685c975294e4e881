import type { AppCommandDetail } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { classes } from '../look/classes.ts'
import { visibleText } from '../text/visible-text.ts'
import styles from './command-view.module.css'

type Reply = NonNullable<AppCommandDetail['reply']>
type ClientSees = Reply['codes'][number]['clientSees']

/** What an answer means, code by code; of an *after* command nothing but that it came. */
export function ReplyRules({ reply, language }: { reply: Reply; language: 'en' | 'zh' }) {
  const { t } = useTranslation('commands')
  if (!reply.decides) {
    return (
      <section className={styles.part}>
        <h3 className={styles.partTitle}>{t('reply')}</h3>
        <p>{t('replyIgnored')}</p>
      </section>
    )
  }
  return (
    <section className={styles.part}>
      <h3 className={styles.partTitle}>{t('reply')}</h3>
      {reply.kind === 'data' && <p>{t('replyData')}</p>}
      {/* Focusable, since it scrolls on narrow screens. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above */}
      <section className={styles.scroller} tabIndex={0} aria-label={t('reply')}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">ErrorCode</th>
              <th scope="col">{t('verdict')}</th>
              <th scope="col">{t('clientSees')}</th>
              <th scope="col">{t('meaning')}</th>
            </tr>
          </thead>
          <tbody>
            {reply.codes.map((rule) => (
              <Row
                key={rule.codes}
                code={rule.codes}
                verdict={rule.verdict}
                seen={seen(rule.clientSees)}
                text={rule.meaning[language]}
                isNumber
              />
            ))}
            {reply.otherCodes !== null && (
              <Row
                code={t('otherCodes')}
                verdict={reply.otherCodes.verdict}
                seen={reply.otherCodes.clientSees === null ? '–' : seen(reply.otherCodes.clientSees)}
                text={reply.otherCodes.meaning[language]}
              />
            )}
            {reply.silence !== null && (
              <Row
                code={t('silence')}
                verdict={reply.silence.verdict}
                seen="–"
                text={[
                  reply.silence.meaning[language],
                  ...(reply.silence.unless === null ? [] : [t('unless', { command: reply.silence.unless })]),
                ].join(' ')}
              />
            )}
          </tbody>
        </table>
      </section>
      {reply.members.length > 0 && <ReplyMembers members={reply.members} />}
    </section>
  )

  function seen(clientSees: ClientSees): string {
    return typeof clientSees === 'number' ? t('code', { code: clientSees }) : t(`sees.${clientSees}`)
  }
}

/** One code, or one case of none. */
function Row(props: {
  code: string
  verdict: 'allow' | 'deny' | 'drop' | 'none'
  seen: string
  text: string
  isNumber?: boolean
}) {
  const { t } = useTranslation('commands')
  return (
    <tr>
      <th scope="row" className={props.isNumber === true ? styles.member : undefined}>
        {props.code}
      </th>
      <td className={classes(styles.verdict, styles[props.verdict])}>{t(`verdicts.${props.verdict}`)}</td>
      <td>{props.seen}</td>
      <td>{visibleText(props.text)}</td>
    </tr>
  )
}

function ReplyMembers({ members }: { members: Reply['members'] }) {
  const { t } = useTranslation('commands')
  return (
    <>
      <h4 className={styles.partTitle}>{t('replyMembers')}</h4>
      <ul className={styles.replyMembers}>
        {members.map(({ member, use, required, meaning }) => (
          <li key={member}>
            <code>{visibleText(member)}</code> {t(`uses.${use}`)}
            {required && ` (${t('needed')})`}
            {meaning !== '' && `: ${visibleText(meaning)}`}
          </li>
        ))}
      </ul>
    </>
  )
}
