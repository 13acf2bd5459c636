import {
  CirclePause,
  CirclePlay,
  Ellipsis,
  ListTree,
  Pencil,
  SkipForward,
  SquareCheck,
  Trash2,
} from 'lucide-react'
import type { Task } from '@/api/tasks'
import { Button } from '@/ui/Button'
import { Menu, MenuItem, MenuSeparator } from '@/ui/Menu'
import type { TaskActions } from './taskActions'

type Props = { task: Task; actions: TaskActions; onSelect: () => void }

export function TaskMenu({ task, actions, onSelect }: Props) {
  const started = task.status === 'in_progress'
  return (
    <Menu
      trigger={
        <Button
          variant="ghost"
          size="icon"
          aria-label={`More about #${task.number}`}
          className="relative z-10 mt-1 opacity-0 group-focus-within/row:opacity-100 group-hover/row:opacity-100 hover:bg-line data-popup-open:opacity-100 pointer-coarse:opacity-100"
        >
          <Ellipsis aria-hidden />
        </Button>
      }
    >
      <MenuItem onClick={() => actions.edit(task)}>
        <Pencil aria-hidden />
        Edit
      </MenuItem>
      <MenuItem onClick={() => actions.start(task, !started)}>
        {started ? <CirclePause aria-hidden /> : <CirclePlay aria-hidden />}
        {started ? 'Back to to-do' : 'Mark as in progress'}
      </MenuItem>
      <MenuItem onClick={() => actions.addBelow(task)}>
        <ListTree aria-hidden />
        Add a subtask
      </MenuItem>
      {task.recurrence && task.status !== 'done' && (
        <MenuItem onClick={() => actions.skip(task)}>
          <SkipForward aria-hidden />
          Skip this one
        </MenuItem>
      )}
      <MenuItem onClick={onSelect}>
        <SquareCheck aria-hidden />
        Select
      </MenuItem>
      <MenuSeparator />
      <MenuItem tone="danger" onClick={() => actions.remove(task)}>
        <Trash2 aria-hidden />
        Delete
      </MenuItem>
    </Menu>
  )
}
