// Fields by path become a tree, which the renderers of types, schemas and shapes walk.

import type { CommandRecord, FieldRecord } from './records.ts'

export type ScalarType = 'string' | 'integer' | 'boolean'

export interface FieldNode {
  readonly name: string
  /** Types of the value, or of each entry of a list. `message` is an element of a message. */
  readonly types: readonly (ScalarType | 'object' | 'message')[]
  readonly isList: boolean
  readonly isRequired: boolean
  readonly values?: readonly (string | number)[]
  readonly isOpen: boolean
  readonly meaning: string
  readonly members: readonly FieldNode[]
}

/** What an element of a message looks like, the same everywhere. */
export const messageElement: readonly FieldNode[] = fieldTree([
  {
    path: 'MsgType',
    type: 'string',
    values: [
      'TIMTextElem',
      'TIMLocationElem',
      'TIMFaceElem',
      'TIMCustomElem',
      'TIMSoundElem',
      'TIMImageElem',
      'TIMFileElem',
      'TIMVideoFileElem',
      'TIMRelayElem',
    ],
    open: true,
    meaning: 'kind of element',
  },
  { path: 'MsgContent', type: 'object', meaning: 'content of the element; what is in it depends on MsgType' },
])

/** The body of a command, with the two members that the service puts in where the sender leaves them out. */
export function bodyTree({ command, fields = [] }: CommandRecord): readonly FieldNode[] {
  const tree = fieldTree([
    { path: 'CallbackCommand', type: 'string', values: [command], meaning: 'the command word' },
    ...fields,
  ])
  if (tree.some(({ name }) => name === 'EventTime')) return tree
  const [time] = fieldTree([
    {
      path: 'EventTime',
      type: 'integer',
      required: false,
      meaning: 'Unix milliseconds; not on the public page, put in by the service',
    },
  ])
  return time === undefined ? tree : [...tree, time]
}

/** @param parent the path that the wanted fields lie under, its full stop included */
export function fieldTree(fields: readonly FieldRecord[], parent = ''): readonly FieldNode[] {
  return fields
    .filter(({ path }) => path.startsWith(parent) && !path.slice(parent.length).includes('.'))
    .map((field) => nodeOf(field, fields))
}

function nodeOf(field: FieldRecord, fields: readonly FieldRecord[]): FieldNode {
  const isList = field.type.endsWith('[]')
  const inner = fieldTree(fields, `${field.path}${isList ? '[]' : ''}.`)
  const types = field.type.replace(/\[\]$/, '').split('|').map(typeOf)
  return {
    name: field.path.split('.').at(-1) ?? field.path,
    types,
    isList,
    isRequired: field.required !== false,
    ...(field.values !== undefined && { values: field.values }),
    isOpen: field.open === true,
    meaning: field.meaning,
    members: types.includes('message') ? messageElement : inner,
  }
}

function typeOf(word: string): FieldNode['types'][number] {
  switch (word) {
    case 'string':
    case 'integer':
    case 'boolean':
    case 'object':
      return word
    case 'MessageElement':
      return 'message'
    default:
      throw new Error(`There is no type ${word}.`)
  }
}
