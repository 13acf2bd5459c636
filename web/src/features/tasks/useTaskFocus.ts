import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import type { Task } from '@/api/tasks'
import { useHotkeys } from '@/lib/useHotkeys'
import type { TaskActions } from './taskActions'

const ROW = '[data-task-id]'

/** The row of that task, or the first one: the row may have moved or gone meanwhile. */
export function rowOf(id: string): HTMLElement | null {
  const own = document.querySelector<HTMLElement>(`[data-task-id="${CSS.escape(id)}"]`)
  return own ?? document.querySelector<HTMLElement>(ROW)
}

/** j/k move through the rows; other keys act on the one that has the focus. */
export function useTaskFocus(
  tasks: readonly Task[],
  actions: TaskActions,
  onSelect: (task: Task, isRange: boolean) => void,
): RefObject<HTMLDivElement | null> {
  const region = useRef<HTMLDivElement>(null)
  const current = useRef<{ id: string; index: number; row: HTMLElement }>(undefined)

  function rows(): HTMLElement[] {
    return [...(region.current?.querySelectorAll<HTMLElement>(ROW) ?? [])]
  }

  function move(step: number) {
    const all = rows()
    const at = all.findIndex((row) => row.dataset.taskId === current.current?.id)
    const next = at === -1 ? (current.current?.index ?? 0) : at + step
    all[Math.max(0, Math.min(next, all.length - 1))]?.focus()
  }

  function onCurrent(act: (task: Task) => void) {
    const task = tasks.find(({ id }) => id === current.current?.id)
    if (task && region.current?.contains(document.activeElement)) act(task)
  }

  useEffect(() => {
    const remember = (event: FocusEvent) => {
      if (!(event.target instanceof Element) || !region.current?.contains(event.target)) return
      const row = event.target.closest('li')?.querySelector<HTMLElement>(ROW)
      if (row?.dataset.taskId) {
        const all = [...region.current.querySelectorAll(ROW)]
        current.current = { id: row.dataset.taskId, index: all.indexOf(row), row }
      }
    }
    document.addEventListener('focusin', remember)
    return () => document.removeEventListener('focusin', remember)
  }, [])

  // A row that leaves, or moves to another group, takes the focus with it: its new place gets it,
  // or whatever stands in the old one.
  useLayoutEffect(() => {
    const lost = current.current
    if (!lost || lost.row.isConnected || document.activeElement !== document.body) return
    const all = rows()
    const moved = all.find((row) => row.dataset.taskId === lost.id)
    const next = moved ?? all[Math.min(lost.index, all.length - 1)]
    next?.focus({ preventScroll: true })
  })

  useHotkeys({
    j: () => move(1),
    k: () => move(-1),
    x: () => onCurrent((task) => onSelect(task, false)),
    X: () => onCurrent((task) => onSelect(task, true)),
    c: () => onCurrent((task) => actions.complete(task, task.status !== 'done')),
    e: () => onCurrent(actions.edit),
    s: () => onCurrent(actions.addBelow),
    Delete: () => onCurrent(actions.remove),
  })

  return region
}
