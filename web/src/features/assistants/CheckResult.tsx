import type { CheckOutcome, Finding } from '@/api/usage'
import { costText, countText } from '@/lib/amounts'
import { Alert } from '@/ui/Alert'
import { Badge } from '@/ui/Badge'

const LOOKS = {
  ok: { tone: 'ok', label: 'OK' },
  warning: { tone: 'warn', label: 'Warning' },
  failed: { tone: 'danger', label: 'Failed' },
  skipped: { tone: 'neutral', label: 'Skipped' },
} as const satisfies Record<Finding['status'], object>

const NAMES: Record<Finding['name'], string> = {
  settings: 'Settings',
  database: 'Database',
  endpoint: 'Model server',
  key: 'Key',
  model: 'Model',
  streaming: 'Streaming',
  usage: 'Token counts',
  tools: 'Tools',
  parallel_tools: 'Several calls',
  signatures: 'Signatures',
  price: 'Price',
}

type Props = {
  /** Of the model. */
  name: string
  check: { isPending: boolean; data: CheckOutcome | undefined; error: Error | null }
}

/** What a check found, and what can be done about it. */
export function CheckResult({ name, check: { isPending, data, error } }: Props) {
  if (error) return <Alert>{error.message}</Alert>
  return (
    <div role="status" className="text-xs text-muted-fg empty:hidden">
      {isPending && `Asking ${name} a few short questions…`}
      {data && !isPending && (
        <>
          <ul aria-label={`What the check of ${name} found`} className="grid gap-2">
            {data.items.map((item) => (
              <ItemLine key={item.name} item={item} />
            ))}
          </ul>
          {data.tokens > 0 && (
            <p className="mt-3">
              The check took {countText(data.tokens, 'token')}, {costText(data.cost)}.
            </p>
          )}
        </>
      )}
    </div>
  )
}

function ItemLine({ item: { name, status, found, advice } }: { item: Finding }) {
  const { tone, label } = LOOKS[status]
  return (
    <li className="grid grid-cols-[4.25rem_minmax(0,1fr)] items-baseline gap-x-3 sm:grid-cols-[4.25rem_6.5rem_minmax(0,1fr)]">
      <Badge tone={tone} className="w-fit">
        {label}
      </Badge>
      <span className="font-medium text-fg">{NAMES[name]}</span>
      <div className="min-w-0 wrap-anywhere max-sm:col-start-2">
        <p>{found}</p>
        {advice && <p className="text-fg">{advice}</p>}
      </div>
    </li>
  )
}
