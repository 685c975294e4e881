// The console's languages. Only the one that is spoken is loaded.

import { createInstance, type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { en, Messages } from './en.ts'
import { languages, type Language } from './language.ts'
import { loadKnownRoomWords, type RoomWords } from './rooms.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'console'
    resources: { console: typeof en } & RoomWords
  }
}

const storageKey = 'livehook.language'

/** Chosen before, else what the browser asks for first among what we speak, else English. */
export function preferredLanguage(storage: Pick<Storage, 'getItem'>, wanted: readonly string[]): Language {
  const chosen = languages.find((language) => language.code === readStored(storage))
  if (chosen !== undefined) return chosen.code
  for (const tag of wanted) {
    const spoken = languages.find((language) => tag.toLowerCase().split('-')[0] === language.code)
    if (spoken !== undefined) return spoken.code
  }
  return 'en'
}

function readStored(storage: Pick<Storage, 'getItem'>): string | null {
  try {
    return storage.getItem(storageKey)
  } catch {
    return null
  }
}

async function loadMessages(language: Language): Promise<Messages> {
  return language === 'zh' ? (await import('./zh.ts')).zh : (await import('./en.ts')).en
}

/** Builds the translator with one language loaded, and tells the document which it is. */
export async function createI18n(language: Language): Promise<i18n> {
  const instance = createInstance()
  await instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    defaultNS: 'console',
    ns: ['console'],
    resources: { [language]: { console: await loadMessages(language) } },
    // React escapes what it renders; escaping twice would show `&amp;`.
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  declareLanguage(language)
  return instance
}

/** Switches the language for good. */
export async function switchLanguage(instance: i18n, language: Language): Promise<void> {
  if (!instance.hasResourceBundle(language, 'console')) {
    instance.addResourceBundle(language, 'console', await loadMessages(language))
  }
  await loadKnownRoomWords(instance, language)
  await instance.changeLanguage(language)
  declareLanguage(language)
  try {
    localStorage.setItem(storageKey, language)
  } catch {
    // Storage is forbidden: the choice lasts as long as the page.
  }
}

function declareLanguage(language: Language): void {
  document.documentElement.lang = languages.find((known) => known.code === language)?.tag ?? language
}
