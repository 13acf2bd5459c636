import { Fragment } from 'react'
import { asJson } from './json'

type Props = { fields: Readonly<Record<string, unknown>> }

/** A JSON object as names and values; what is nested deeper than a list of tasks stays JSON. */
export function FieldList({ fields }: Props) {
  return (
    <dl className="grid grid-cols-[5.5rem_minmax(0,1fr)] gap-x-4 gap-y-1 text-xs">
      {Object.entries(fields).map(([name, value]) => (
        <Fragment key={name}>
          <dt className="text-muted-fg">{name.replaceAll('_', ' ')}</dt>
          <dd className="min-w-0 wrap-anywhere">
            <FieldValue value={value} />
          </dd>
        </Fragment>
      ))}
    </dl>
  )
}

function FieldValue({ value }: { value: unknown }) {
  if (value === null || value === undefined || value === '') {
    return <span className="text-muted-fg">–</span>
  }
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value) && value.every((entry) => typeof entry !== 'object')) {
    return value.length > 0 ? value.join(', ') : <span className="text-muted-fg">none</span>
  }
  if (Array.isArray(value) && value.every(isNumbered)) {
    return (
      <ul className="grid max-h-60 gap-0.5 overflow-y-auto">
        {value.map((entry) => (
          <li key={entry.number}>
            <span className="text-muted-fg tabular-nums">#{entry.number}</span> {entry.title}
          </li>
        ))}
      </ul>
    )
  }
  const json = asJson(value)
  if (isNumbered(json)) return `#${json.number} ${json.title}`
  return (
    <pre className="max-h-60 overflow-auto rounded-md bg-muted p-2 font-mono text-[11px] whitespace-pre-wrap">
      {JSON.stringify(value, null, 2)}
    </pre>
  )
}

function isNumbered(value: unknown): value is { number: number; title: string } {
  const fields = asJson(value)
  return typeof fields?.number === 'number' && typeof fields.title === 'string'
}
