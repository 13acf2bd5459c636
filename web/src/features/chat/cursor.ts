/** A place in a thread's stream, as the server writes it: "17", or "17-5" for the fifth piece after 17. */
export type Cursor = string

/** Whether `one` lies behind `other`; everything lies behind null. */
export function isAfter(one: Cursor, other: Cursor | null): boolean {
  if (other === null) return true
  const [fact = '', piece = '0'] = one.split('-')
  const [otherFact = '', otherPiece = '0'] = other.split('-')
  return (compareDigits(fact, otherFact) || compareDigits(piece, otherPiece)) > 0
}

/** Not by way of numbers: a cursor may have more digits than they keep. */
function compareDigits(one: string, other: string): number {
  if (one.length !== other.length) return one.length - other.length
  if (one === other) return 0
  return one < other ? -1 : 1
}
