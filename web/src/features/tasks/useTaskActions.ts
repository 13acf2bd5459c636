import { useMemo } from 'react'
import { useToast } from '@/ui/Toast'
import { useCompleteTask, useDeleteTask, useMoveTask, useSkipTask, useUpdateTask } from './commands'
import type { TaskActions } from './taskActions'

type Dialogs = Pick<TaskActions, 'edit' | 'addBelow'>

/** The actions of a row; given the same dialogs, the same object on every render so that rows need not render again. */
export function useTaskActions({ edit, addBelow }: Dialogs): TaskActions {
  const { mutate: complete } = useCompleteTask()
  const { mutate: update } = useUpdateTask()
  const { mutate: remove } = useDeleteTask()
  const { mutate: skip } = useSkipTask()
  const { mutate: move } = useMoveTask()
  const toast = useToast()

  return useMemo(() => {
    const onError = (error: Error) => toast(error.message, 'danger')
    return {
      edit,
      addBelow,
      remove,
      skip,
      move: (task, beside) => move({ task, beside }),
      complete: (task, completed) => complete({ task, completed }),
      start: (task, started) =>
        update({ task, change: { status: started ? 'in_progress' : 'todo' } }, { onError }),
    }
  }, [addBelow, complete, edit, move, remove, skip, toast, update])
}
