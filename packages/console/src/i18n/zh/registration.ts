import type { Text } from '../en.ts'
import type { registration as english } from '../en/registration.ts'

export const registration: Text<typeof english> = {
  newTitle: '新建回调',
}
