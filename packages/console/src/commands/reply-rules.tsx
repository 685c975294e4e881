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
              <tr key={rule.codes}>
                <th scope="row" className={styles.member}>
                  {rule.codes}
                </th>
                <td className={classes(styles.verdict, styles[rule.verdict])}>{t(`verdicts.${rule.verdict}`)}</td>
                <td>{seen(rule.clientSees)}</td>
                <td>{visibleText(rule.meaning[language])}</td>
              </tr>
            ))}
            {reply.otherCodes !== null && (
              <tr>
                <th scope="row">{t('otherCodes')}</th>
                <td className={classes(styles.verdict, styles[reply.otherCodes.verdict])}>
                  {t(`verdicts.${reply.otherCodes.verdict}`)}
                </td>
                <td>{reply.otherCodes.clientSees === null ? '' : seen(reply.otherCodes.clientSees)}</td>
                <td>{visibleText(reply.otherCodes.meaning[language])}</td>
              </tr>
            )}
            {reply.silence !== null && (
              <tr>
                <th scope="row">{t('silence')}</th>
                <td className={classes(styles.verdict, styles[reply.silence.verdict])}>
                  {t(`verdicts.${reply.silence.verdict}`)}
                </td>
                <td>–</td>
                <td>
                  {visibleText(reply.silence.meaning[language])}
                  {reply.silence.unless !== null && ` ${t('unless', { command: reply.silence.unless })}`}
                </td>
              </tr>
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
