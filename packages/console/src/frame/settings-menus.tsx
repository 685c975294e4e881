import { ActionIcon, Menu, Tooltip, useMantineColorScheme } from '@mantine/core'
import { IconDeviceDesktop, IconLanguage, IconMoon, IconSun } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { switchLanguage } from '../i18n/i18n.ts'
import { languages } from '../i18n/language.ts'

const schemes = ['light', 'dark', 'auto'] as const
const schemeIcons = { light: IconSun, dark: IconMoon, auto: IconDeviceDesktop } as const

/** Light, dark, or like the system. */
export function ThemeMenu() {
  const { t } = useTranslation()
  // Suppressing transitions during the change would need a <style> element.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true })
  const Current = schemeIcons[colorScheme]
  const choose = (value: string) => {
    const chosen = schemes.find((scheme) => scheme === value)
    if (chosen !== undefined) setColorScheme(chosen)
  }
  return (
    <Menu position="top-start">
      <Tooltip label={t('frame.theme')}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={30} aria-label={t('frame.theme')}>
            <Current size={17} stroke={1.75} aria-hidden />
          </ActionIcon>
        </Menu.Target>
      </Tooltip>
      <Menu.Dropdown>
        <Menu.RadioGroup value={colorScheme} onChange={choose}>
          <Menu.RadioItem value="light">{t('frame.themeLight')}</Menu.RadioItem>
          <Menu.RadioItem value="dark">{t('frame.themeDark')}</Menu.RadioItem>
          <Menu.RadioItem value="auto">{t('frame.themeSystem')}</Menu.RadioItem>
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  )
}

/** Each language is named in itself, so that anyone who landed in the wrong one finds the way out. */
export function LanguageMenu() {
  const { t, i18n } = useTranslation()
  const choose = (code: string) => {
    const chosen = languages.find((language) => language.code === code)
    if (chosen !== undefined) void switchLanguage(i18n, chosen.code)
  }
  return (
    <Menu position="top-start">
      <Tooltip label={t('frame.language')}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={30} aria-label={t('frame.language')}>
            <IconLanguage size={17} stroke={1.75} aria-hidden />
          </ActionIcon>
        </Menu.Target>
      </Tooltip>
      <Menu.Dropdown>
        <Menu.RadioGroup value={i18n.language} onChange={choose}>
          {languages.map((language) => (
            <Menu.RadioItem key={language.code} value={language.code} lang={language.tag}>
              {language.name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  )
}
