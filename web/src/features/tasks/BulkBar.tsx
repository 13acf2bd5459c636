import { CalendarDays, Check, FolderInput, Tag, Trash2, X } from 'lucide-react'
import type { Task } from '@/api/tasks'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { useToast } from '@/ui/Toast'
import { BulkForm } from './BulkForm'
import { type BulkChange, useBulkEdit } from './commands'
import { readTags } from './draft'

type Props = { tasks: readonly Task[]; onAll: () => void; onClear: () => void }

/** What can be done with all selected tasks at once; each is one change to undo. */
export function BulkBar({ tasks, onAll, onClear }: Props) {
  const { mutateAsync, isPending } = useBulkEdit()
  const toast = useToast()
  const ids = tasks.map(({ id }) => id)

  async function change(what: BulkChange, text: string) {
    await mutateAsync({ ids, change: what, text })
    onClear()
  }

  function act(what: BulkChange, text: string) {
    change(what, text).catch((error: Error) => toast(error.message, 'danger'))
  }

  return (
    <section
      aria-label="Selected tasks"
      className="sticky bottom-4 z-20 flex flex-wrap items-center gap-1 justify-self-center rounded-xl bg-raised p-1.5 shadow-popup max-[900px]:bottom-20"
    >
      <span role="status" className="px-2 text-sm font-medium tabular-nums">
        {tasks.length} selected
      </span>
      <Button variant="ghost" size="sm" onClick={onAll}>
        All
      </Button>
      <Button
        variant="ghost"
        size="sm"
        disabled={isPending}
        onClick={() => act({ action: 'complete' }, 'Completed')}
      >
        <Check aria-hidden />
        Complete
      </Button>
      <BulkForm
        Icon={FolderInput}
        title="Move"
        label="Project"
        hint="A new name makes a project; “none” takes them out."
        suggestProjects
        onSubmit={(project) => change({ action: 'edit', project }, `Moved to ${project}:`)}
      />
      <BulkForm
        Icon={Tag}
        title="Tag"
        label="Tags"
        hint="Separated by commas; a minus in front takes one away."
        onSubmit={(words) => change({ action: 'edit', ...tagChanges(words) }, 'Tagged')}
      />
      <BulkForm
        Icon={CalendarDays}
        title="Reschedule"
        label="Due"
        hint="tomorrow, fri 5pm, 2026-12-24, none"
        onSubmit={(due) => change({ action: 'edit', due }, 'Rescheduled')}
      />
      <Button
        variant="ghost"
        size="sm"
        disabled={isPending}
        className="text-danger"
        onClick={() => act({ action: 'delete' }, 'Deleted')}
      >
        <Trash2 aria-hidden />
        Delete
      </Button>
      <IconButton size="icon-sm" label="Clear the selection" onClick={onClear}>
        <X />
      </IconButton>
    </section>
  )
}

/** "home, -work" → add home, remove work. */
function tagChanges(words: string): Pick<BulkChange, 'add_tags' | 'remove_tags'> {
  const tags = readTags(words)
  return {
    add_tags: tags.filter((tag) => !tag.startsWith('-')),
    remove_tags: tags.filter((tag) => tag.startsWith('-')).map((tag) => tag.slice(1).trim()),
  }
}
