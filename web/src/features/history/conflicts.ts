import type { FieldConflict, Reverted } from '@/api/changes'
import { ApiError } from '@/api/client'
import { fieldName, valueText } from './fieldWords'

/** Why a field stays as it is, in one sentence. */
export function conflictText({ field, title, current, wanted }: FieldConflict): string {
  if (field === 'deleted') return `“${title}” was deleted since, so it stays in the trash.`
  if (field === 'subtasks') return `“${title}” has got subtasks since, so it stays.`
  if (field === 'tasks') return `The project “${title}” has got tasks since, so it stays.`
  const now = valueText(field, current)
  const before = valueText(field, wanted)
  const name = fieldName(field)
  if (now === null || before === null) return `${name} of “${title}” was changed since.`
  return `${name} of “${title}” was changed since: it is ${quoted(now)} now and does not become ${quoted(before)}.`
}

/** The conflicts that a refused undo tells of; null for any other failure. */
export function refusedConflicts(error: Error): readonly FieldConflict[] | null {
  if (!(error instanceof ApiError) || error.code !== 'undo_conflicts') return null
  return error.details.conflicts as Reverted['conflicts']
}

function quoted(text: string): string {
  return text === 'nothing' ? 'empty' : `“${text}”`
}
