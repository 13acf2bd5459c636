import { cn } from '@/lib/cn'
import { type RowContext, TaskRow } from './TaskRow'
import type { Branch } from './tree'

export type BranchContext = RowContext & {
  selectedIds: ReadonlySet<string>
  /** Titles of the tasks in the list, by their ids. */
  titles: ReadonlyMap<string, string>
  /** Ids of the tasks that have subtasks in the list. */
  parents: ReadonlySet<string | null>
}

type Props = { branches: readonly Branch[]; context: BranchContext; isBelow?: boolean }

/** Tasks with their subtasks indented below them. */
export function BranchList({ branches, context, isBelow = false }: Props) {
  return (
    <ul className={cn(isBelow && 'pl-7')}>
      {branches.map((branch) => (
        <li
          key={branch.task.id}
          className="[contain-intrinsic-size:auto_3.25rem] [content-visibility:auto]"
        >
          <TaskRow {...rowProps(branch, context, isBelow)} />
          {branch.children.length > 0 && (
            <BranchList branches={branch.children} context={context} isBelow />
          )}
        </li>
      ))}
    </ul>
  )
}

export function rowProps({ task }: Branch, context: BranchContext, isBelow: boolean) {
  const { selectedIds, titles, parents, ...shared } = context
  const standsAlone = task.parent_id !== null && !isBelow
  return {
    ...shared,
    task,
    selected: selectedIds.size > 0 ? selectedIds.has(task.id) : null,
    above: standsAlone ? (titles.get(task.parent_id ?? '') ?? '') : null,
    hasChildren: parents.has(task.id),
  }
}
