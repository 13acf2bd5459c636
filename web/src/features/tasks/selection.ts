/** Which tasks are selected, and from which one a range begins. */
export type Selection = { ids: ReadonlySet<string>; from: string | null }

export const NOTHING_SELECTED: Selection = { ids: new Set(), from: null }

export function toggled({ ids }: Selection, id: string): Selection {
  const next = new Set(ids)
  if (!next.delete(id)) next.add(id)
  return { ids: next, from: id }
}

/** Also everything between the task that was selected before and this one, as they stand in `order`. */
export function extended(selection: Selection, id: string, order: readonly string[]): Selection {
  const start = order.indexOf(selection.from ?? '')
  const end = order.indexOf(id)
  if (start < 0 || end < 0) return toggled(selection, id)
  const range = order.slice(Math.min(start, end), Math.max(start, end) + 1)
  return { ids: new Set([...selection.ids, ...range]), from: selection.from }
}
