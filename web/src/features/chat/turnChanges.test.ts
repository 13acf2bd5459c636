import { expect, test } from 'vitest'
import type { Activity } from '@/api/changes'
import { answer, card, question, toolCalls } from '@/testing/chatWire'
import type { ThreadItem } from './protocol'
import { changesByItem } from './turnChanges'

const AT = '2026-11-21T09:00:00Z'
const LATER = '2026-11-21T09:05:00Z'

function entry(changeSet: string, action: string, id: string, facts: Partial<Activity> = {}) {
  return {
    id: 1,
    at: AT,
    actor: { kind: 'assistant', name: 'model', thread_id: 'thr_1' },
    change_set_id: changeSet,
    is_undone: false,
    action,
    task: { entity: 'task', id, number: 1, title: 'Milk' },
    changes: {},
    ...facts,
  } satisfies Activity
}

function changes(items: object[], feed: Activity[], threadId = 'thr_1') {
  return changesByItem(items as ThreadItem[], feed, threadId)
}

function call(id: string, name: string, task: string, at = AT) {
  return toolCalls(id, {
    name,
    record: { status: 'ok', arguments: {}, result: { id: task, updated_at: at } },
  })
}

test('an answer is known by what its calls wrote, and when', () => {
  const items = [
    question('q1'),
    call('wf1', 'update_task', 'tsk_1', AT),
    answer('a1', 'Done.'),
    question('q2'),
    call('wf2', 'update_task', 'tsk_1', LATER),
  ]
  const feed = [
    entry('run_2', 'update_task', 'tsk_1', { at: LATER }),
    entry('run_1', 'update_task', 'tsk_1', { is_undone: true }),
    entry('run_1', 'create_task', 'tsk_2', { is_undone: true }),
  ]
  expect(changes(items, feed)).toEqual(
    new Map([
      ['wf2', { changeSet: 'run_2', tasks: 1, isUndone: false }],
      ['wf1', { changeSet: 'run_1', tasks: 2, isUndone: true }],
    ]),
  )
})

test('a confirmed card is known by its count', () => {
  const decided = card('wid', {
    type: 'Card',
    children: [{ type: 'Title', value: 'Deleted 2 tasks.' }],
  })
  const feed = [
    entry('run_1', 'delete_all_tasks', 'tsk_1'),
    entry('run_1', 'delete_all_tasks', 'tsk_2'),
  ]
  expect(changes([question('q'), decided], feed).get('wid')?.tasks).toBe(2)
})

test('what happened in another conversation, or only looked, is no change of this one', () => {
  const items = [call('wf', 'create_task', 'tsk_1'), call('wf2', 'list_tasks', 'tsk_1')]
  const feed = [entry('run_1', 'create_task', 'tsk_1')]
  expect(changes(items, feed, 'thr_2').size).toBe(0)
  expect([...changes(items, feed).keys()]).toEqual(['wf'])
})
