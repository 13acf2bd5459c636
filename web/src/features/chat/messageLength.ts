/** What the server takes, in characters as it counts them: an emoji is one. */
export const MAX_MESSAGE_LENGTH = 10_000

/** From here on it is worth counting. */
const NEARLY_FULL = 9_000

export function messageLength(text: string): number {
  // Splitting into characters costs time that only long texts are worth.
  return text.length < NEARLY_FULL ? text.length : [...text].length
}

export function isSendable(length: number): boolean {
  return length > 0 && length <= MAX_MESSAGE_LENGTH
}

export function isNearlyFull(length: number): boolean {
  return length >= NEARLY_FULL
}
