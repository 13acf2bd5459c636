import type { Totals, Usage } from '@/api/usage'
import { costText } from '@/lib/amounts'
import { dateLocale } from '@/lib/locale'

export type Row = { key: string; name: string; cells: readonly string[] }

export type Grouping = 'days' | 'models' | 'threads' | 'tools'

/** What the columns after the first one are called. */
export const COLUMNS: Record<Grouping, readonly string[]> = {
  days: ['Calls', 'Tokens', 'Cost'],
  models: ['Calls', 'Tokens', 'Cost'],
  threads: ['Calls', 'Tokens', 'Cost'],
  tools: ['Calls', 'Failed', 'Usually', 'At most'],
}

/** The lines of a table; days come newest first. */
export function rowsOf(usage: Usage, grouping: Grouping): Row[] {
  switch (grouping) {
    case 'days':
      return usage.days.toReversed().map((day) => row(day.day, dayText(day.day), day))
    case 'models':
      return usage.models.map((model) => row(model.model, model.model, model))
    case 'threads':
      return usage.threads.map((thread) =>
        row(thread.thread_id, thread.title ?? 'A deleted conversation', thread),
      )
    case 'tools':
      return usage.tools.map(({ tool, calls, failures, median_ms: median, p95_ms: most }) => ({
        key: tool,
        name: tool.replaceAll('_', ' '),
        cells: [number(calls), number(failures), `${number(median)} ms`, `${number(most)} ms`],
      }))
  }
}

function row(key: string, name: string, totals: Totals): Row {
  return { key, name, cells: [number(totals.calls), number(tokensOf(totals)), spentText(totals)] }
}

export function tokensOf({ prompt, output }: Totals): number {
  return prompt + output
}

/** "$0.01, estimated"; says where a part or all of it has no known price. */
export function spentText({ cost, is_estimated, has_unknown_prices }: Totals): string {
  const isKnown = cost !== null && (cost > 0 || !has_unknown_prices)
  const parts = [costText(isKnown ? cost : null)]
  if (isKnown && has_unknown_prices) parts.push('some prices unknown')
  if (isKnown && is_estimated) parts.push('estimated')
  return parts.join(', ')
}

/** "Sat, 21 Nov" for "2026-11-21". */
export function dayText(day: string): string {
  return new Intl.DateTimeFormat(dateLocale(), {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  }).format(Date.parse(day))
}

/** The last `count` days up to `today`, oldest first, with the tokens of each. */
export function tokensByDay(
  { today, days }: Usage,
  count: number,
): { day: string; tokens: number }[] {
  const known = new Map(days.map((totals) => [totals.day, tokensOf(totals)]))
  return Array.from({ length: count }, (_, index) => {
    const at = new Date(Date.parse(today.day))
    at.setUTCDate(at.getUTCDate() - (count - 1 - index))
    const day = at.toISOString().slice(0, 10)
    return { day, tokens: known.get(day) ?? 0 }
  })
}

function number(value: number): string {
  return value.toLocaleString('en')
}
