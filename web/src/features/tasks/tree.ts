import type { Task } from '@/api/tasks'

/** A task with those of its subtasks that stand in the same list. */
export type Branch = { task: Task; children: readonly Branch[] }

/** The tasks in their order, each subtask below the task above it where that is among them. */
export function branchesOf(tasks: readonly Task[]): Branch[] {
  const here = new Set(tasks.map(({ id }) => id))
  const below = Map.groupBy(tasks, ({ parent_id: parent }) =>
    parent !== null && here.has(parent) ? parent : '',
  )
  const grow = (parent: string): Branch[] =>
    (below.get(parent) ?? []).map((task) => ({ task, children: grow(task.id) }))
  return grow('')
}

/** As they stand from top to bottom. */
export function inOrder(branches: readonly Branch[]): Task[] {
  return branches.flatMap(({ task, children }) => [task, ...inOrder(children)])
}
