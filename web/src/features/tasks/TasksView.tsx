import { useQuery } from '@tanstack/react-query'
import { Keyboard } from 'lucide-react'
import { useCallback, useRef, useState } from 'react'
import type { Task } from '@/api/tasks'
import { projectQueries } from '@/features/projects/queries'
import { useHotkeys } from '@/lib/useHotkeys'
import { IconButton } from '@/ui/IconButton'
import { FilterBar } from './FilterBar'
import type { TaskFilter } from './filter'
import { DUE_RANGE_NAMES } from './names'
import { QuickAdd } from './QuickAdd'
import { taskQueries } from './queries'
import { ShortcutsDialog } from './ShortcutsDialog'
import { TaskEditor } from './TaskEditor'
import { TaskList } from './TaskList'
import { useTaskActions } from './useTaskActions'
import { useTaskChanges } from './useTaskChanges'

type Props = {
  zone: string
  filter: TaskFilter
  onFilterChange: (filter: TaskFilter) => void
  /** The number or id of a task that the address names: it is open for as long as it does. */
  asked?: string | undefined
  onAskedClose?: () => void
}

type Opened = { dialog: 'editor'; task: Task; addsBelow: boolean } | { dialog: 'shortcuts' } | null

function editorOf(task: Task, addsBelow: boolean): Opened {
  return { dialog: 'editor', task, addsBelow }
}

/** Everything about tasks on one page: adding, finding, the list, and its dialogs. */
export function TasksView({ zone, filter, onFilterChange, asked, onAskedClose }: Props) {
  const [opened, setOpened] = useState<Opened>(null)
  const newTask = useRef<HTMLInputElement>(null)
  const search = useRef<HTMLInputElement>(null)
  const edit = useCallback((task: Task) => setOpened(editorOf(task, false)), [])
  const addBelow = useCallback((task: Task) => setOpened(editorOf(task, true)), [])
  const actions = useTaskActions({ edit, addBelow })
  const askedTask = useQuery({ ...taskQueries.one(asked ?? ''), enabled: asked !== undefined })
  const editor = opened ?? (asked && askedTask.data ? editorOf(askedTask.data, false) : null)

  function close() {
    setOpened(null)
    if (asked !== undefined) onAskedClose?.()
  }

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

  const { project, tag } = filter
  return (
    <div className="mx-auto grid w-full max-w-3xl grid-cols-[minmax(0,1fr)] gap-4 px-3 pt-6 pb-24 sm:px-6">
      <div className="flex items-center justify-between">
        <Heading filter={filter} />
        <IconButton
          label="Keyboard shortcuts"
          onClick={() => setOpened({ dialog: 'shortcuts' })}
          className="pointer-coarse:hidden"
        >
          <Keyboard />
        </IconButton>
      </div>
      <QuickAdd
        input={newTask}
        onEdit={edit}
        place={{ ...(project && { project }), ...(tag && { tag }) }}
      />
      <FilterBar filter={filter} onChange={onFilterChange} search={search} zone={zone} />
      <TaskList zone={zone} filter={filter} actions={actions} onFilterClear={clearFilters} />
      {editor?.dialog === 'editor' && (
        <TaskEditor
          key={editor.task.id}
          task={editor.task}
          zone={zone}
          actions={actions}
          addsBelow={editor.addsBelow}
          onClose={close}
        />
      )}
      {editor?.dialog === 'shortcuts' && <ShortcutsDialog onClose={close} />}
    </div>
  )
}

function Heading({ filter }: { filter: TaskFilter }) {
  const { data } = useQuery(projectQueries.all())
  const project = data?.find(({ id }) => id === filter.project)?.name
  const range = filter.due && DUE_RANGE_NAMES[filter.due]
  const tag = filter.tag && `#${filter.tag}`
  return (
    <h1 className="min-w-0 truncate text-xl font-semibold tracking-tight">
      {project ?? tag ?? range ?? 'Tasks'}
    </h1>
  )
}
