import { cn } from '@/lib/cn'

type Props = { used: number; limit: number }

/** How much of a limit is used; the words beside it say the same. */
export function Bar({ used, limit }: Props) {
  const share = Math.min(used / limit, 1)
  const tone = share >= 1 ? 'bg-danger' : share >= 0.8 ? 'bg-warn' : 'bg-accent'
  return (
    <div aria-hidden className="h-1.5 overflow-hidden rounded-full bg-muted">
      <div className={cn('h-full rounded-full', tone)} style={{ width: `${share * 100}%` }} />
    </div>
  )
}
