import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { PRIORITY_NAMES } from '@/api/names'
import { projectQueries } from '@/features/projects/queries'
import { type TaskFilter, withValue } from './filter'
import { DUE_RANGE_NAMES } from './names'

type Props = { filter: TaskFilter; onChange: (filter: TaskFilter) => void }

/** What narrows the list, each to be taken away again. */
export function FilterChips({ filter, onChange }: Props) {
  const { priority, due, tag, project } = filter
  const projects = useQuery(projectQueries.all())
  const chips: { key: keyof TaskFilter; text: string }[] = []
  if (priority) chips.push({ key: 'priority', text: `Priority: ${PRIORITY_NAMES[priority]}` })
  if (due) chips.push({ key: 'due', text: `Due: ${DUE_RANGE_NAMES[due]}` })
  if (project) {
    const name = projects.data?.find(({ id }) => id === project)?.name ?? '…'
    chips.push({ key: 'project', text: `Project: ${name}` })
  }
  if (tag) chips.push({ key: 'tag', text: `Tag: ${tag}` })
  if (chips.length === 0) return null

  return (
    <ul aria-label="Active filters" className="flex flex-wrap gap-1.5">
      {chips.map(({ key, text }) => (
        <li key={key}>
          <button
            type="button"
            aria-label={`Remove the filter ${text}`}
            onClick={() => onChange(withValue(filter, key, undefined))}
            className="flex h-7 items-center gap-1 rounded-full bg-accent-soft pr-1.5 pl-2.5 text-xs font-medium text-accent-text hover:brightness-95 dark:hover:brightness-115"
          >
            <span className="max-w-56 truncate">{text}</span>
            <X aria-hidden className="size-3.5" />
          </button>
        </li>
      ))}
    </ul>
  )
}
