import type { QueryClient } from '@tanstack/react-query'

/** The first part of the key of everything that a change of tasks can make out of date. */
export const QUERY_KEYS = {
  tasks: ['tasks'],
  projects: ['projects'],
  filters: ['filters'],
  activity: ['activity'],
} as const

/** Counts of projects follow from their tasks. */
export function refetchTasks(client: QueryClient): Promise<unknown> {
  const { tasks, projects } = QUERY_KEYS
  return Promise.all([tasks, projects].map((queryKey) => client.invalidateQueries({ queryKey })))
}
