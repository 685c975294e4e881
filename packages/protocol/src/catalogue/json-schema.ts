/** A JSON Schema, dialect 2020-12, as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>
