import { useTranslation } from 'react-i18next'

/**
 * The BCP 47 tag for numbers and dates: the language that is spoken, in the viewer's own variety of it
 * (`24 Nov` for en-GB, `Nov 24` for en-US).
 */
export function useFormatTag(): string {
  const { language } = useTranslation().i18n
  return navigator.languages.find((tag) => tag.split('-')[0] === language) ?? language
}
