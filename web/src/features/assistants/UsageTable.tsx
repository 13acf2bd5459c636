import type { Usage } from '@/api/usage'
import { COLUMNS, type Grouping, rowsOf } from './words'

const HEADINGS: Record<Grouping, string> = {
  days: 'Day',
  models: 'Model',
  threads: 'Conversation',
  tools: 'Tool',
}

type Props = { usage: Usage; grouping: Grouping }

export function UsageTable({ usage, grouping }: Props) {
  const rows = rowsOf(usage, grouping)
  if (rows.length === 0) return <p className="text-xs text-muted-fg">Nothing yet.</p>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long table is scrolled with the keyboard
    <section className="max-h-80 overflow-auto" aria-label="Usage" tabIndex={0}>
      <table className="w-full text-xs tabular-nums">
        <thead>
          <tr className="border-b text-muted-fg">
            <th scope="col" className="py-1.5 pr-3 text-left font-medium">
              {HEADINGS[grouping]}
            </th>
            {COLUMNS[grouping].map((column) => (
              <th key={column} scope="col" className="py-1.5 pl-3 text-right font-medium">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, cells }) => (
            <tr key={key} className="border-b last:border-0">
              <th scope="row" className="py-1.5 pr-3 text-left font-normal wrap-anywhere">
                {name}
              </th>
              {cells.map((cell, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the columns stay where they are
                <td key={index} className="py-1.5 pl-3 text-right align-top">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
