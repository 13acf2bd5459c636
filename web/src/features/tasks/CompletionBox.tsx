import { Check } from 'lucide-react'
import type { Task } from '@/api/tasks'
import { cn } from '@/lib/cn'

const RINGS: Record<Task['priority'], string> = {
  high: 'border-danger bg-danger-soft',
  medium: 'border-control',
  low: 'border-control border-dashed',
}

type Props = { task: Task; onChange: (completed: boolean) => void }

/** A round checkbox; its ring repeats the priority, which the row also says in words. */
export function CompletionBox({ task, onChange }: Props) {
  const done = task.status === 'done'
  return (
    <label className="group relative z-10 grid size-8 shrink-0 cursor-pointer place-items-center">
      <input
        type="checkbox"
        checked={done}
        onChange={(event) => onChange(event.target.checked)}
        aria-label={`Complete #${task.number} ${task.title}`}
        className={cn(
          'size-[1.15rem] cursor-pointer appearance-none rounded-full border-[1.5px] transition-colors checked:border-solid checked:border-accent checked:bg-accent hover:border-accent-text',
          RINGS[task.priority],
        )}
      />
      <Check
        aria-hidden
        strokeWidth={3.5}
        className={cn(
          'pointer-events-none absolute size-3',
          done ? 'text-accent-fg' : 'text-muted-fg opacity-0 group-hover:opacity-100',
        )}
      />
    </label>
  )
}
