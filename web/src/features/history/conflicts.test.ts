import { expect, test } from 'vitest'
import type { FieldConflict } from '@/api/changes'
import { ApiError } from '@/api/client'
import { conflictText, refusedConflicts } from './conflicts'

const CONFLICT: FieldConflict = {
  entity: 'task',
  id: 'tsk_1',
  title: 'Buy milk',
  field: 'priority',
  made: 'high',
  current: 'low',
  wanted: 'medium',
}

test.each([
  [
    CONFLICT,
    'Priority of “Buy milk” was changed since: it is “Low” now and does not become “Medium”.',
  ],
  [
    { ...CONFLICT, field: 'due', current: '2026-11-21T17:00:00+01:00', wanted: null },
    'Due of “Buy milk” was changed since: it is “Sat, 21 Nov 2026, 17:00” now and does not become empty.',
  ],
  [
    { ...CONFLICT, field: 'project_id', current: 'prj_1', wanted: 'prj_2' },
    'Project of “Buy milk” was changed since.',
  ],
  [
    { ...CONFLICT, field: 'deleted', current: true, wanted: false },
    '“Buy milk” was deleted since, so it stays in the trash.',
  ],
])('a conflict is said in words', (conflict, text) => {
  expect(conflictText(conflict).replaceAll('Sat, Nov 21, 2026', 'Sat, 21 Nov 2026')).toBe(text)
})

test('only an undo that changed nothing at all is a refusal with conflicts', () => {
  const refused = new ApiError(409, 'undo_conflicts', 'No.', { conflicts: [CONFLICT] })
  expect(refusedConflicts(refused)).toEqual([CONFLICT])
  expect(refusedConflicts(new ApiError(409, 'already_undone', 'No.'))).toBeNull()
})
