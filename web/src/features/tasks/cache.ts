import type { InfiniteData } from '@tanstack/react-query'
import type { Task, TaskPage } from '@/api/tasks'

export type Pages = InfiniteData<TaskPage, string | undefined>

/** The task in its place on these pages; the very same object when it is not on them. */
export function replaceTask(pages: Pages, task: Task): Pages {
  return mapPageOf(pages, task.id, (page) => ({
    ...page,
    items: page.items.map((old) =>
      old.id === task.id && old.version <= task.version ? task : old,
    ),
  }))
}

/** The pages without that task, counted out of the total of each. */
export function removeTask(pages: Pages, id: string): Pages {
  if (!findTask(pages, id)) return pages
  return {
    ...pages,
    pages: pages.pages.map((page) => ({
      ...page,
      items: page.items.filter((task) => task.id !== id),
      total: page.total - 1,
    })),
  }
}

/** Where a task goes: beside the one with that id. */
export type Beside = { before: string } | { after: string }

/** The task beside another one, on whichever page that is; the same object when one of them is not there. */
export function moveTask(pages: Pages, id: string, beside: Beside): Pages {
  const target = 'before' in beside ? beside.before : beside.after
  const task = findTask(pages, id)
  if (!task || id === target || !findTask(pages, target)) return pages
  const place = (items: readonly Task[]) =>
    items.flatMap((one) => {
      if (one.id === id) return []
      if (one.id !== target) return one
      return 'before' in beside ? [task, one] : [one, task]
    })
  return {
    ...pages,
    pages: pages.pages.map((page) => ({ ...page, items: place(page.items) })),
  }
}

/** Beside which task one stands after it was dropped onto another's place; null for its own. */
export function besideAfterDrop(
  ids: readonly string[],
  moved: string,
  target: string,
): Beside | null {
  if (moved === target) return null
  return ids.indexOf(moved) < ids.indexOf(target) ? { after: target } : { before: target }
}

export function findTask(pages: Pages, id: string): Task | undefined {
  for (const page of pages.pages) {
    const task = page.items.find((one) => one.id === id)
    if (task) return task
  }
  return undefined
}

function mapPageOf(pages: Pages, id: string, change: (page: TaskPage) => TaskPage): Pages {
  if (!findTask(pages, id)) return pages
  return {
    ...pages,
    pages: pages.pages.map((page) =>
      page.items.some((task) => task.id === id) ? change(page) : page,
    ),
  }
}
