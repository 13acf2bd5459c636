import { useQuery } from '@tanstack/react-query'
import { AlarmClock, CalendarDays, Inbox, type LucideIcon, Sun } from 'lucide-react'
import { useNow } from '@/lib/useNow'
import { wallClock } from '@/lib/zonedTime'
import { ColorDot } from '@/ui/ColorDot'
import { NavSection } from '@/ui/NavSection'
import { NAV_ITEM } from '@/ui/navItem'
import { isNarrowed, type TaskFilter, toListQuery } from './filter'
import { taskQueries } from './queries'

type Props = {
  zone: string
  /** What the list shows; null where there is no list. */
  filter: TaskFilter | null
  onOpen: (filter: TaskFilter) => void
}

type Place = { name: string; Icon: LucideIcon; filter: TaskFilter; counts: boolean }

const PLACES: readonly Place[] = [
  { name: 'All tasks', Icon: Inbox, filter: {}, counts: false },
  { name: 'Today', Icon: Sun, filter: { due: 'today' }, counts: true },
  { name: 'Upcoming', Icon: CalendarDays, filter: { due: 'week' }, counts: false },
  { name: 'Overdue', Icon: AlarmClock, filter: { due: 'overdue' }, counts: true },
]

export function TaskNav({ zone, filter, onOpen }: Props) {
  return (
    <ul>
      {PLACES.map((place) => (
        <li key={place.name}>
          <button
            type="button"
            aria-current={filter !== null && isSame(filter, place.filter) ? 'page' : undefined}
            onClick={() => onOpen(place.filter)}
            className={NAV_ITEM}
          >
            <place.Icon aria-hidden />
            <span className="grow">{place.name}</span>
            {place.counts && <Count filter={place.filter} zone={zone} />}
          </button>
        </li>
      ))}
    </ul>
  )
}

/** The tags in use, most used first. */
export function TagNav({ filter, onOpen }: Omit<Props, 'zone'>) {
  const { data = [] } = useQuery(taskQueries.tags())
  if (data.length === 0) return null
  return (
    <NavSection title="Tags">
      {data.slice(0, MOST_TAGS).map(({ tag, color, count }) => (
        <li key={tag}>
          <button
            type="button"
            aria-current={filter?.tag === tag ? 'page' : undefined}
            onClick={() => onOpen({ tag })}
            className={NAV_ITEM}
          >
            <ColorDot color={color} className="mx-1" />
            <span className="min-w-0 grow truncate">{tag}</span>
            <span className="text-xs tabular-nums">{count}</span>
          </button>
        </li>
      ))}
    </NavSection>
  )
}

const MOST_TAGS = 30

function Count({ filter, zone }: { filter: TaskFilter; zone: string }) {
  const today = wallClock(useNow(), zone).day
  const { data } = useQuery(taskQueries.count(toListQuery(filter, today)))
  if (!data?.total) return null
  return (
    <span className="text-xs tabular-nums">
      {data.total}
      {!data.total_is_exact && '+'}
      <span className="sr-only"> tasks</span>
    </span>
  )
}

function isSame(shown: TaskFilter, place: TaskFilter): boolean {
  const others: TaskFilter = { ...shown }
  delete others.due
  return shown.due === place.due && !isNarrowed(others)
}
