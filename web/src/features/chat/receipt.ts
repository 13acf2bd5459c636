import { asJson } from './json'

type ReceiptChange = {
  entity: 'task' | 'project'
  id: string
  number: number
  title: string
  /** Its version since. */
  version: number
  fields: readonly (readonly [field: string, readonly [before: unknown, after: unknown]])[]
}

/** What a call changed, as the server recorded it; of many changes the first few are listed. */
export type Receipt = { changeSet: string; count: number; changes: readonly ReceiptChange[] }

/** Null for anything that is not whole. */
export function readReceipt(value: unknown): Receipt | null {
  const receipt = asJson(value)
  if (typeof receipt?.change_set !== 'string' || !Array.isArray(receipt.changes)) return null
  const changes = receipt.changes.map(readChange)
  if (!changes.every((change) => change !== null)) return null
  const count = typeof receipt.count === 'number' ? receipt.count : changes.length
  return { changeSet: receipt.change_set, count, changes }
}

function readChange(value: unknown): ReceiptChange | null {
  const change = asJson(value)
  if (!change || typeof change.id !== 'string' || typeof change.version !== 'number') return null
  return {
    entity: change.entity === 'project' ? 'project' : 'task',
    id: change.id,
    number: Number(change.number),
    title: String(change.title),
    version: change.version,
    fields: Object.entries(asJson(change.fields) ?? {}).flatMap(([field, pair]) =>
      Array.isArray(pair) && pair.length === 2 ? [[field, [pair[0], pair[1]]] as const] : [],
    ),
  }
}

/** "#3 Milk", "project Garden". */
export function changedName({ entity, number, title }: ReceiptChange): string {
  return entity === 'project' ? `project ${title}` : `#${number} ${title}`
}
