export type Json = Readonly<Record<string, unknown>>

/** The same when it is a JSON object, or null. */
export function asJson(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : null
}
