import type { BodyCheck } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { visibleText } from '../text/visible-text.ts'

type Problem = Pick<BodyCheck['problems'][number], 'code' | 'detail'>

const codes = [
  'invalid_json',
  'not_an_object',
  'duplicate_key',
  'forbidden_key',
  'too_deep',
  'command_mismatch',
] as const

const types = ['string', 'integer', 'number', 'boolean', 'object', 'array', 'null'] as const

/** What does not fit, in the language that is spoken; what there are no words for, in those of the service. */
export function useProblemText(): (problem: Problem) => string {
  const { t, i18n } = useTranslation('tryIt')
  return ({ code, detail }) => {
    // English is what the service speaks, and more exactly than we could.
    if (i18n.language === 'en') return visibleText(detail)
    const known = codes.find((one) => one === code)
    if (known !== undefined) return t(`fault.${known}`)
    if (detail === 'is missing') return t('fault.missing')
    if (detail === 'is not a member of the schema') return t('fault.unknown')
    const wanted = /^must be (\w+)$/.exec(detail)?.[1]
    const type = types.find((one) => one === wanted)
    return type === undefined ? visibleText(detail) : t('fault.type', { type: t(`type.${type}`) })
  }
}
