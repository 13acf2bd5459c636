import { useMemo } from 'react'
import type { Task } from '@/api/tasks'
import { useToast } from '@/ui/Toast'
import { useCompleteTask, useUpdateTask } from './queries'
import type { TaskActions } from './taskActions'

type Dialogs = Pick<TaskActions, 'edit' | 'remove'>

/** The actions of a row; given the same dialogs, the same object on every render so that rows need not render again. */
export function useTaskActions({ edit, remove }: Dialogs): TaskActions {
  const { mutate: complete } = useCompleteTask()
  const { mutate: update } = useUpdateTask()
  const toast = useToast()

  return useMemo(() => {
    const onError = (error: Error) => toast(error.message, 'danger')
    const offerUndo = (task: Task) =>
      toast(`Completed #${task.number}`, 'neutral', {
        label: 'Undo',
        run: () => update({ id: task.id, change: { status: task.status } }, { onError }),
      })
    return {
      edit,
      remove,
      complete: (task, completed) =>
        complete({ task, completed }, { onError, onSuccess: () => completed && offerUndo(task) }),
      start: (task, started) =>
        update({ id: task.id, change: { status: started ? 'in_progress' : 'todo' } }, { onError }),
    }
  }, [complete, edit, remove, toast, update])
}
