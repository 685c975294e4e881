// The languages that the console speaks.

export const languages = [
  { code: 'en', tag: 'en', name: 'English' },
  { code: 'zh', tag: 'zh-CN', name: '简体中文' },
] as const
export type Language = (typeof languages)[number]['code']
