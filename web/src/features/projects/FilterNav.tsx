import { useQuery } from '@tanstack/react-query'
import { ListFilter, X } from 'lucide-react'
import { Button } from '@/ui/Button'
import { NavSection } from '@/ui/NavSection'
import { NAV_ITEM } from '@/ui/navItem'
import { filterQueries, useDeleteFilter } from './queries'

type Props = {
  /** The words of the filter that is in force. */
  current: string | null
  onOpen: (query: string) => void
}

/** The filters that were saved; nothing as long as there are none. */
export function FilterNav({ current, onOpen }: Props) {
  const { data = [] } = useQuery(filterQueries.all())
  const remove = useDeleteFilter()
  if (data.length === 0) return null
  return (
    <NavSection title="Filters">
      {data.map((filter) => (
        <li key={filter.id} className="group/nav relative">
          <button
            type="button"
            title={filter.query}
            aria-current={filter.query === current ? 'page' : undefined}
            onClick={() => onOpen(filter.query)}
            className={`${NAV_ITEM} pr-9`}
          >
            <ListFilter aria-hidden />
            <span className="truncate">{filter.name}</span>
          </button>
          <Button
            variant="ghost"
            size="icon-sm"
            aria-label={`Delete the filter ${filter.name}`}
            onClick={() => remove.mutate(filter)}
            className="absolute top-1/2 right-0.5 -translate-y-1/2 opacity-0 group-focus-within/nav:opacity-100 group-hover/nav:opacity-100 hover:bg-line pointer-coarse:opacity-100"
          >
            <X aria-hidden />
          </Button>
        </li>
      ))}
    </NavSection>
  )
}
