import { expect, test } from 'vitest'
import { taskWith } from '@/testing/tasks'
import { changeBetween, draftOf, readTags } from './draft'

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
