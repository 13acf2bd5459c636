import type { Usage } from '@/api/usage'
import { costText } from '@/lib/amounts'
import { clockText } from '@/lib/clockText'
import { Bar } from '@/ui/Bar'

type Props = { today: Usage['today'] }

/** Today against the limits. */
export function TodayRow({ today: { messages, tokens, cost, resets_at: resetsAt } }: Props) {
  const isLimited = [messages, tokens, cost].some(({ limit }) => limit > 0)
  return (
    <div className="grid gap-3 px-4 py-3">
      <div>
        <p className="text-sm font-medium">Today</p>
        {isLimited && (
          <p className="text-xs text-muted-fg">
            Counted anew from <time dateTime={resetsAt}>{clockText(resetsAt)}</time>.
          </p>
        )}
      </div>
      <dl className="grid gap-4 sm:grid-cols-3">
        <Used name="Messages" {...messages} text={(count) => count.toLocaleString('en')} />
        <Used name="Tokens" {...tokens} text={(count) => count.toLocaleString('en')} />
        <Used name="Cost" {...cost} text={costText} />
      </dl>
    </div>
  )
}

type UsedProps = {
  name: string
  used: number
  /** 0 is none. */
  limit: number
  text: (amount: number) => string
}

function Used({ name, used, limit, text }: UsedProps) {
  return (
    <div className="grid content-start gap-1">
      <dt className="text-xs text-muted-fg">{name}</dt>
      <dd className="grid gap-1.5 text-sm tabular-nums">
        <span>
          {text(used)}
          {limit > 0 && <span className="text-muted-fg"> of {text(limit)}</span>}
        </span>
        {limit > 0 && <Bar used={used} limit={limit} />}
      </dd>
    </div>
  )
}
