import { Keyboard } from 'lucide-react'
import { useCallback, useRef, useState } from 'react'
import type { Task } from '@/api/tasks'
import { useHotkeys } from '@/lib/useHotkeys'
import { IconButton } from '@/ui/IconButton'
import { DeleteDialog } from './DeleteDialog'
import { FilterBar } from './FilterBar'
import type { TaskFilter } from './filter'
import { QuickAdd } from './QuickAdd'
import { ShortcutsDialog } from './ShortcutsDialog'
import { TaskEditor } from './TaskEditor'
import { TaskList } from './TaskList'
import { useTaskActions } from './useTaskActions'
import { useTaskChanges } from './useTaskChanges'

type Props = { zone: string; filter: TaskFilter; onFilterChange: (filter: TaskFilter) => void }

type Opened = { dialog: 'editor' | 'delete'; task: Task } | { dialog: 'shortcuts' } | null

/** Everything about tasks on one page: adding, finding, the list, and its dialogs. */
export function TasksView({ zone, filter, onFilterChange }: Props) {
  const [opened, setOpened] = useState<Opened>(null)
  const newTask = useRef<HTMLInputElement>(null)
  const search = useRef<HTMLInputElement>(null)
  const close = () => setOpened(null)
  const edit = useCallback((task: Task) => setOpened({ dialog: 'editor', task }), [])
  const remove = useCallback((task: Task) => setOpened({ dialog: 'delete', task }), [])
  const actions = useTaskActions({ edit, remove })

  useTaskChanges()
  useHotkeys({
    n: () => newTask.current?.focus(),
    '/': () => search.current?.focus(),
    '?': () => setOpened({ dialog: 'shortcuts' }),
  })

  function clearFilters() {
    const { view, sort } = filter
    onFilterChange({ ...(view && { view }), ...(sort && { sort }) })
  }

  return (
    <div className="mx-auto grid w-full max-w-3xl grid-cols-[minmax(0,1fr)] gap-4 px-3 pt-6 pb-24 sm:px-6">
      <div className="flex items-center justify-between">
        <h1 className="text-xl font-semibold tracking-tight">Tasks</h1>
        <IconButton
          label="Keyboard shortcuts"
          onClick={() => setOpened({ dialog: 'shortcuts' })}
          className="pointer-coarse:hidden"
        >
          <Keyboard />
        </IconButton>
      </div>
      <QuickAdd zone={zone} input={newTask} onEdit={edit} />
      <FilterBar filter={filter} onChange={onFilterChange} search={search} />
      <TaskList zone={zone} filter={filter} actions={actions} onFilterClear={clearFilters} />
      {opened?.dialog === 'editor' && (
        <TaskEditor task={opened.task} zone={zone} onClose={close} onRemove={remove} />
      )}
      {opened?.dialog === 'delete' && <DeleteDialog task={opened.task} onClose={close} />}
      {opened?.dialog === 'shortcuts' && <ShortcutsDialog onClose={close} />}
    </div>
  )
}
