import type { Usage } from '@/api/usage'
import { countText } from '@/lib/amounts'
import { cn } from '@/lib/cn'
import { DAYS } from './queries'
import { dayText, tokensByDay } from './words'

/** Of the highest bar, so that a small day can still be seen. */
const LEAST_PERCENT = 4

type Props = { usage: Usage }

/** Tokens by day; the table of days says the same in words. */
export function UsageChart({ usage }: Props) {
  const days = tokensByDay(usage, DAYS)
  const most = Math.max(...days.map(({ tokens }) => tokens), 1)
  return (
    <div aria-hidden>
      <div className="flex h-24 items-end gap-0.5 border-b">
        {days.map(({ day, tokens }) => (
          <div
            key={day}
            title={`${dayText(day)}: ${countText(tokens, 'token')}`}
            className="flex h-full min-w-0 flex-1 items-end rounded-t-sm hover:bg-muted"
          >
            <div
              className={cn('w-full rounded-t-sm', tokens > 0 && 'bg-accent')}
              style={{
                height: tokens > 0 ? `${Math.max((tokens / most) * 100, LEAST_PERCENT)}%` : 0,
              }}
            />
          </div>
        ))}
      </div>
      <div className="mt-1 flex justify-between text-[11px] text-muted-fg">
        <span>{dayText(days[0]?.day ?? usage.today.day)}</span>
        <span>most in a day: {countText(most, 'token')}</span>
        <span>{dayText(usage.today.day)}</span>
      </div>
    </div>
  )
}
