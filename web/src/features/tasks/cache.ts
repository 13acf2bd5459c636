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
