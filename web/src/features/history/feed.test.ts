import { expect, test } from 'vitest'
import type { Activity } from '@/api/changes'
import { actorText, groupChanges, shownChanges, verbOf } from './feed'

function entry(facts: Partial<Activity>): Activity {
  return {
    id: 1,
    at: '2026-11-21T09:00:00Z',
    actor: { kind: 'person', name: 'ann@example.com', thread_id: null },
    change_set_id: 'chg_1',
    is_undone: false,
    action: 'update_task',
    task: { entity: 'task', id: 'tsk_1', number: 1, title: 'Buy milk' },
    changes: {},
    ...facts,
  }
}

test('what was written by one command stands together, newest first', () => {
  const feed = [
    entry({ id: 3, change_set_id: 'b', is_undone: true }),
    entry({ id: 2, change_set_id: 'a' }),
    entry({ id: 1, change_set_id: 'a' }),
  ]
  const sets = groupChanges(feed)
  expect(sets.map(({ id, isUndone, entries }) => [id, isUndone, entries.length])).toEqual([
    ['b', true, 1],
    ['a', false, 2],
  ])
})

test('an entry says what became of its task', () => {
  expect(verbOf(entry({ action: 'complete_task', changes: { status: ['todo', 'done'] } }))).toBe(
    'completed',
  )
  expect(verbOf(entry({ action: 'complete_task', changes: { status: ['done', 'todo'] } }))).toBe(
    'opened',
  )
  const following = { status: [null, 'todo'], title: [null, 'Buy milk'] } as const
  expect(
    verbOf(entry({ action: 'complete_task', changes: structuredClone(following) as never })),
  ).toBe('added')
})

test('what was made is not listed field by field', () => {
  expect(shownChanges(entry({ changes: { title: [null, 'Buy milk'], tags: [null, []] } }))).toEqual(
    [],
  )
  expect(shownChanges(entry({ changes: { title: ['Milk', 'Buy milk'] } }))).toEqual([
    ['title', ['Milk', 'Buy milk']],
  ])
})

test('whoever did it has a name', () => {
  expect(actorText({ kind: 'person', name: 'ann@example.com', thread_id: null })).toBe('You')
  expect(actorText({ kind: 'token', name: 'laptop', thread_id: null })).toBe('The token “laptop”')
})
