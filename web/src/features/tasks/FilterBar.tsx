import { ListFilter, TextSearch } from 'lucide-react'
import { type RefObject, useState } from 'react'
import { cn } from '@/lib/cn'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { Popover } from '@/ui/Popover'
import { Select } from '@/ui/Select'
import { FilterChips } from './FilterChips'
import { FilterFields } from './FilterFields'
import { offeredSorts, sortOf, type TaskFilter, VIEWS, type View, withValue } from './filter'
import { namedOptions, SORT_NAMES, VIEW_NAMES } from './names'
import { QueryBar } from './QueryBar'
import { SearchBox } from './SearchBox'

type Props = {
  filter: TaskFilter
  onChange: (filter: TaskFilter) => void
  search: RefObject<HTMLInputElement | null>
  zone: string
}

export function FilterBar({ filter, onChange, search, zone }: Props) {
  const [writes, setWrites] = useState(false)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <ViewTabs filter={filter} onChange={onChange} />
        <div className="flex min-w-0 flex-1 basis-72 items-center gap-2">
          <SearchBox
            input={search}
            value={filter.q ?? ''}
            onSearch={(q) => onChange(withValue(filter, 'q', q || undefined))}
          />
          <Popover
            label="Filters"
            className="w-64"
            trigger={
              <Button variant="outline" className="px-2.5" aria-label="Filter">
                <ListFilter aria-hidden />
                <span className="max-sm:sr-only">Filter</span>
              </Button>
            }
          >
            <FilterFields filter={filter} onChange={onChange} />
          </Popover>
          <IconButton
            label="Filter by a query"
            variant="outline"
            className="size-9"
            aria-expanded={writes || filter.filter !== undefined}
            onClick={() => {
              setWrites(!writes && filter.filter === undefined)
              if (filter.filter !== undefined) onChange(withValue(filter, 'filter', undefined))
            }}
          >
            <TextSearch />
          </IconButton>
          <Select
            aria-label="Sort by"
            className="w-34 min-w-0"
            options={namedOptions(offeredSorts(filter), SORT_NAMES)}
            value={sortOf(filter)}
            onChange={(sort) => onChange(withValue(filter, 'sort', sort))}
          />
        </div>
      </div>
      {(writes || filter.filter !== undefined) && (
        <QueryBar filter={filter} onChange={onChange} zone={zone} />
      )}
      <FilterChips filter={filter} onChange={onChange} />
    </div>
  )
}

function ViewTabs({ filter, onChange }: Pick<Props, 'filter' | 'onChange'>) {
  const view = filter.view ?? 'open'
  const show = (next: View) =>
    onChange(withValue(filter, 'view', next === 'open' ? undefined : next))
  return (
    <fieldset aria-label="Status" className="flex rounded-lg bg-muted p-0.5">
      {VIEWS.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === view}
          onClick={() => show(one)}
          className={cn(
            'h-8 rounded-md px-2.5 text-[13px] text-muted-fg transition-colors hover:text-fg',
            one === view && 'bg-surface font-medium text-fg shadow-xs dark:bg-line-strong',
          )}
        >
          {VIEW_NAMES[one]}
        </button>
      ))}
    </fieldset>
  )
}
