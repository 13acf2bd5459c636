import {
  type Announcements,
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  type Modifier,
  PointerSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core'
import {
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy,
} from '@dnd-kit/sortable'
import { GripVertical } from 'lucide-react'
import { useId } from 'react'
import { cn } from '@/lib/cn'
import { type BranchContext, rowProps } from './BranchList'
import { besideAfterDrop } from './cache'
import { TaskRow } from './TaskRow'
import type { Branch } from './tree'

const HOW_TO = {
  draggable: 'Press space to pick the task up, the arrow keys to move it, space again to drop it.',
}
const upAndDown: Modifier = ({ transform }) => ({ ...transform, x: 0 })

type Props = { branches: readonly Branch[]; context: BranchContext; isBelow?: boolean }

/** The same list, each task to be dragged among those that stand beside it. */
export function SortableBranches({ branches, context, isBelow = false }: Props) {
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  )
  const ids = branches.map(({ task }) => task.id)

  function drop({ active, over }: DragEndEvent) {
    const moved = branches.find(({ task }) => task.id === active.id)?.task
    const beside = over && besideAfterDrop(ids, String(active.id), String(over.id))
    if (moved && beside) context.actions.move(moved, beside)
  }

  return (
    <DndContext
      id={useId()}
      sensors={sensors}
      collisionDetection={closestCenter}
      modifiers={[upAndDown]}
      accessibility={{
        announcements: announcementsFor(branches),
        screenReaderInstructions: HOW_TO,
      }}
      onDragEnd={drop}
    >
      <SortableContext items={ids} strategy={verticalListSortingStrategy}>
        <ul className={cn(isBelow && 'pl-7')}>
          {branches.map((branch) => (
            <SortableItem
              key={branch.task.id}
              branch={branch}
              context={context}
              isBelow={isBelow}
            />
          ))}
        </ul>
      </SortableContext>
    </DndContext>
  )
}

type ItemProps = { branch: Branch; context: BranchContext; isBelow: boolean }

function SortableItem({ branch, context, isBelow }: ItemProps) {
  const { task, children } = branch
  const drag = useSortable({ id: task.id })
  const { transform, transition, isDragging } = drag
  return (
    <li
      ref={drag.setNodeRef}
      style={{
        transform: transform ? `translate3d(0, ${transform.y}px, 0)` : undefined,
        transition,
      }}
      className={cn('relative', isDragging && 'z-20 rounded-lg bg-raised shadow-popup')}
    >
      <TaskRow
        {...rowProps(branch, context, isBelow)}
        handle={
          <button
            type="button"
            ref={drag.setActivatorNodeRef}
            {...drag.attributes}
            {...drag.listeners}
            aria-label={`Move #${task.number} ${task.title}`}
            className="relative z-10 mt-1 grid h-8 w-5 shrink-0 cursor-grab touch-none place-items-center rounded-md text-muted-fg hover:bg-line"
          >
            <GripVertical aria-hidden className="size-4" />
          </button>
        }
      />
      {children.length > 0 && <SortableBranches branches={children} context={context} isBelow />}
    </li>
  )
}

function announcementsFor(branches: readonly Branch[]): Announcements {
  const place = (id: unknown) => branches.findIndex(({ task }) => task.id === id) + 1
  const name = (id: unknown) => `#${branches[place(id) - 1]?.task.number}`
  const where = (over: { id: unknown } | null) =>
    over ? `at place ${place(over.id)} of ${branches.length}` : 'at no place'
  return {
    onDragStart: ({ active }) => `Picked up ${name(active.id)}, ${where(active)}.`,
    onDragOver: ({ active, over }) => `${name(active.id)} is ${where(over)}.`,
    onDragEnd: ({ active, over }) => `Dropped ${name(active.id)} ${where(over)}.`,
    onDragCancel: ({ active }) => `${name(active.id)} is back in its place.`,
  }
}
