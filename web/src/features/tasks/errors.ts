import { ApiError } from '@/api/client'

type Field = 'due' | 'recurrence' | 'project' | 'tags' | 'other'

/** How the code of a refusal begins, and the field that it is about. */
const PREFIXES: readonly (readonly [string, Field])[] = [
  ['due_', 'due'],
  ['recurrence', 'recurrence'],
  ['project_', 'project'],
  ['too_many_projects', 'project'],
  ['name_', 'project'],
  ['subtask_project', 'project'],
  ['tag_', 'tags'],
  ['too_many_tags', 'tags'],
]

/** The server's sentence under the field that it is about. */
export function errorsByField(error: Error | null): Partial<Record<Field, string>> {
  if (error === null) return {}
  const code = error instanceof ApiError ? error.code : ''
  const field = PREFIXES.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 'other'
  return { [field]: error.message }
}
