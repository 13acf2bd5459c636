import { CircleCheckBig, SearchX } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from '@/ui/Button'
import { isNarrowed, type TaskFilter } from './filter'

type Props = { filter: TaskFilter; onFilterClear: () => void }

const HEADINGS = {
  open: 'Nothing left to do',
  in_progress: 'Nothing is in progress',
  done: 'Nothing is done yet',
  all: 'No tasks yet',
}

export function NoTasks({ filter, onFilterClear }: Props) {
  if (isNarrowed(filter)) {
    return (
      <Frame Icon={SearchX} heading="No task matches">
        <p>Try other words, or look at all of them.</p>
        <Button onClick={onFilterClear} className="mt-2">
          Clear the filters
        </Button>
      </Frame>
    )
  }
  return (
    <Frame Icon={CircleCheckBig} heading={HEADINGS[filter.view ?? 'open']}>
      <p>Add a task above, or tell the assistant: “add call Anna tomorrow at 5pm”.</p>
    </Frame>
  )
}

type FrameProps = { Icon: typeof SearchX; heading: string; children: ReactNode }

function Frame({ Icon, heading, children }: FrameProps) {
  return (
    <div className="grid justify-items-center gap-1.5 px-4 py-16 text-center text-sm text-muted-fg">
      <span className="mb-2 grid size-12 place-items-center rounded-full bg-accent-soft text-accent-text">
        <Icon aria-hidden className="size-6" />
      </span>
      <p className="text-base font-medium text-fg">{heading}</p>
      {children}
    </div>
  )
}
