import { fieldName, valueText } from './fieldWords'

const MOST_TEXT = 160

type Props = { changes: readonly (readonly [field: string, readonly [unknown, unknown]])[] }

/** Field by field what it was and what it became; nothing when there are none. */
export function FieldChanges({ changes }: Props) {
  if (changes.length === 0) return null
  return (
    <dl className="mt-0.5 grid gap-0.5 border-l-2 pl-2.5 text-xs text-muted-fg">
      {changes.map(([field, [before, after]]) => (
        <div key={field} className="flex flex-wrap gap-x-1.5">
          <dt>{fieldName(field)}:</dt>
          <Difference before={valueText(field, before)} after={valueText(field, after)} />
        </div>
      ))}
    </dl>
  )
}

function Difference({ before, after }: { before: string | null; after: string | null }) {
  if (before === null || after === null) return <dd>changed</dd>
  return (
    <dd className="min-w-0 break-words">
      <del className="decoration-control">{shortened(before)}</del>
      <span aria-hidden> → </span>
      <ins className="text-fg no-underline">{shortened(after)}</ins>
    </dd>
  )
}

function shortened(text: string): string {
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text
}
