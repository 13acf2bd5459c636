/** The first part of the key of everything that a change of tasks can make out of date. */
export const QUERY_KEYS = {
  tasks: ['tasks'],
  projects: ['projects'],
  filters: ['filters'],
  activity: ['activity'],
} as const
