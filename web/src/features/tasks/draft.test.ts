import { expect, test } from 'vitest'
import { taskWith } from '@/testing/tasks'
import { changeBetween, draftOf, needsScope, readTags, rebase } from './draft'

const ZONE = 'Europe/Berlin'
const task = taskWith({ due: '2026-11-21T16:00:00Z', tags: ['work', 'home'], version: 7 })

test('an untouched draft changes nothing, in whichever offset the due time was written', () => {
  expect(changeBetween(task, draftOf(task, ZONE), ZONE)).toBeNull()
})

test('only what was changed is sent, with the version it was read at', () => {
  const draft = { ...draftOf(task, ZONE), title: ' Call Anna ', priority: 'high' as const }
  expect(changeBetween(task, draft, ZONE)).toEqual({
    title: 'Call Anna',
    priority: 'high',
    version: 7,
  })
})

test('a cleared day clears the due date', () => {
  const draft = { ...draftOf(task, ZONE), day: '', time: '' }
  expect(changeBetween(task, draft, ZONE)).toEqual({ due: null, version: 7 })
})

test('another time is sent as an instant of the zone', () => {
  const draft = { ...draftOf(task, ZONE), time: '18:30' }
  expect(changeBetween(task, draft, ZONE)?.due).toBe('2026-11-21T18:30:00+01:00')
})

test('tags are split at commas, trimmed, without their # and without doubles', () => {
  expect(readTags(' #work, Home improvement ,,work')).toEqual(['work', 'Home improvement'])
})

test('a project, a rule and a reminder are set and cleared', () => {
  const draft = draftOf(task, ZONE)
  const set = { ...draft, project: 'Home', recurrence: 'FREQ=DAILY', remindBefore: '30' }
  expect(changeBetween(task, set, ZONE)).toEqual({
    project: 'Home',
    recurrence: 'FREQ=DAILY',
    remind_before: 30,
    version: 7,
  })
  const full = { ...task, project: 'Home', recurrence: 'FREQ=DAILY', remind_before: 30 }
  expect(changeBetween(full, draft, ZONE)).toEqual({
    project: null,
    recurrence: null,
    remind_before: null,
    version: 7,
  })
})

test('what needs a date goes with it, without being named', () => {
  const full = { ...task, recurrence: 'FREQ=DAILY', remind_before: 30 }
  const draft = { ...draftOf(full, ZONE), day: '', time: '' }
  expect(changeBetween(full, draft, ZONE)).toEqual({ due: null, version: 7 })
})

test('only another date of a task that repeats leaves open which dates are meant', () => {
  const daily = { ...task, recurrence: 'FREQ=DAILY' }
  expect(needsScope(daily, { due: '2026-12-01' })).toBe(true)
  expect(needsScope(daily, { title: 'New' })).toBe(false)
  expect(needsScope(daily, { due: '2026-12-01', recurrence: 'FREQ=WEEKLY' })).toBe(false)
  expect(needsScope(task, { due: '2026-12-01' })).toBe(false)
})

test('changes from elsewhere come in, and only what both changed is asked about', () => {
  const base = draftOf(task, ZONE)
  const mine = { ...base, title: 'Mine', description: 'Only mine', tags: 'same' }
  const theirs = { ...base, title: 'Theirs', priority: 'high' as const, tags: 'same' }

  const { draft, clashes } = rebase(base, mine, theirs)

  expect(draft).toEqual({ ...mine, priority: 'high' })
  expect(clashes).toEqual([{ field: 'title', mine: 'Mine', theirs: 'Theirs' }])
})
