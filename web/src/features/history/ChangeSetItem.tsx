import { Redo2, Undo2 } from 'lucide-react'
import { useState } from 'react'
import type { Activity } from '@/api/changes'
import { cn } from '@/lib/cn'
import { dateLocale } from '@/lib/locale'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { FieldChanges } from './FieldChanges'
import { actorText, type ChangeSet, shownChanges, verbOf } from './feed'
import { useHistory } from './history'

const MOST_SHOWN = 5

type Props = { set: ChangeSet; zone: string }

/** One change with all that it wrote, and the way back. */
export function ChangeSetItem({ set, zone }: Props) {
  const history = useHistory()
  const [isWhole, setWhole] = useState(false)
  const shown = isWhole ? set.entries : set.entries.slice(0, MOST_SHOWN)
  const one = { changeSet: set.id, text: summary(set) }
  const at = new Intl.DateTimeFormat(dateLocale(), {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: zone,
  }).format(new Date(set.at))

  return (
    <li className="flex items-start gap-3 px-4 py-3">
      <div className="min-w-0 grow">
        <p className="flex flex-wrap items-center gap-x-2 text-xs text-muted-fg">
          <span className="font-medium text-fg">{actorText(set.actor)}</span>
          <time dateTime={set.at}>{at}</time>
          {set.isUndone && <Badge>Undone</Badge>}
        </p>
        <ul className={cn('mt-1 grid gap-1 text-sm', set.isUndone && 'text-muted-fg')}>
          {shown.map((entry) => (
            <EntryLine key={entry.id} entry={entry} />
          ))}
        </ul>
        {shown.length < set.entries.length && (
          <Button variant="ghost" size="sm" className="mt-1 -ml-2" onClick={() => setWhole(true)}>
            {set.entries.length - shown.length} more
          </Button>
        )}
      </div>
      <Button
        size="sm"
        aria-label={`${set.isUndone ? 'Redo' : 'Undo'}: ${one.text}`}
        onClick={() => void (set.isUndone ? history.redo(one) : history.undo(one))}
      >
        {set.isUndone ? <Redo2 aria-hidden /> : <Undo2 aria-hidden />}
        {set.isUndone ? 'Redo' : 'Undo'}
      </Button>
    </li>
  )
}

function EntryLine({ entry }: { entry: Activity }) {
  const changes = shownChanges(entry)
  return (
    <li className="min-w-0 break-words">
      {verbOf(entry)} <span className="font-medium">{nameOf(entry)}</span>
      <FieldChanges changes={changes} />
    </li>
  )
}

function nameOf({ task }: Activity): string {
  return task.entity === 'project' ? `project ${task.title}` : `#${task.number} ${task.title}`
}

function summary({ entries }: ChangeSet): string {
  const [first] = entries
  if (!first) return 'a change'
  if (entries.length > 1) return `${entries.length} changes`
  return `${verbOf(first)} ${nameOf(first)}`
}
