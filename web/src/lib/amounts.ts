/** Two digits that mean something, since an answer costs a fraction of a cent. */
const DIGITS = 2

export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

/** "$0.00061", "$1.24"; `dollars` is null where no price is known. */
export function costText(dollars: number | null): string {
  if (dollars === null) return 'price unknown'
  if (dollars === 0) return '$0'
  const places = Math.max(DIGITS, DIGITS - 1 - Math.floor(Math.log10(dollars)))
  return `$${dollars.toLocaleString('en', { minimumFractionDigits: DIGITS, maximumFractionDigits: Math.min(places, 8) })}`
}
