import { expect, test } from 'vitest'
import type { Activity } from '@/api/changes'
import { answer, card, question, toolCalls } from '@/testing/chatWire'
import type { ThreadItem } from './protocol'
import { changesByItem } from './turnChanges'

function undone(changeSet: string) {
  return {
    id: 1,
    at: '2026-11-21T09:00:00Z',
    actor: { kind: 'assistant', name: 'model', thread_id: 'thr_1' },
    change_set_id: changeSet,
    is_undone: true,
    action: 'create_task',
    task: { entity: 'task', id: 'tsk_1', number: 1, title: 'Milk' },
    changes: {},
  } satisfies Activity
}

function changes(items: object[], feed: Activity[] = []) {
  return Object.fromEntries(changesByItem(items as ThreadItem[], feed))
}

function call(changeSet: string | null, result: object) {
  const record = { status: 'ok', arguments: {}, result, change_set: changeSet }
  return { name: 'update_task', record }
}

function decided(id: string, sentence: string, key?: string) {
  const children = [{ type: 'Title', value: sentence }]
  return card(id, { type: 'Card', ...(key && { key }), children })
}

test('an answer is undone below the last of its items, and each of its tasks counts once', () => {
  const items = [
    question('q'),
    toolCalls('wf1', call('run_1', { id: 'tsk_1' }), call('run_1', { id: 'tsk_2' })),
    answer('a1', 'Two so far.'),
    toolCalls('wf2', call('run_1', { id: 'tsk_1' })),
    answer('a2', 'Done.'),
  ]
  expect(changes(items)).toEqual({ wf2: { changeSet: 'run_1', tasks: 2, isUndone: false } })
})

test('what made or took more tasks than one counts all of them', () => {
  const repeating = { id: 'tsk_1', next_task: { id: 'tsk_2' } }
  const withSubtasks = { deleted: 3, task: { id: 'tsk_3' } }
  const items = [toolCalls('wf', call('run_1', repeating), call('run_1', withSubtasks))]
  expect(changes(items).wf?.tasks).toBe(5)
})

function receipt(count: number, ...ids: string[]) {
  const changes = ids.map((id) => ({ id, version: 2, title: id, number: 1, fields: {} }))
  const record = { status: 'ok', result: { id: ids[0] }, change_set: 'run_1' }
  return {
    name: 'complete_task',
    record: { ...record, receipt: { change_set: 'run_1', count, changes } },
  }
}

test('a receipt tells what was changed, also what the result does not name', () => {
  const items = [
    toolCalls('wf', receipt(2, 'tsk_1', 'tsk_2'), receipt(3, 'tsk_2', 'tsk_3', 'prj_1')),
  ]
  expect(changes(items).wf?.tasks).toBe(4)
})

test('of what a receipt only counts, each is one, and of every call', () => {
  const items = [
    toolCalls('wf1', receipt(12, 'tsk_1', 'tsk_2'), receipt(7, 'tsk_2')),
    toolCalls('wf2', receipt(4, 'tsk_1')),
  ]
  expect(changes(items).wf2?.tasks).toBe(2 + 10 + 6 + 3)
})

test('a receipt that lists nothing is from before, and the result is counted', () => {
  const result = { deleted: 3, task: { id: 'tsk_3' } }
  const older = { change_set: 'run_1', count: 1, changes: [] }
  const record = { status: 'ok', result, change_set: 'run_1', receipt: older }
  expect(changes([toolCalls('wf', { name: 'delete_task', record })]).wf?.tasks).toBe(3)
})

test('a confirmed card is undone by itself', () => {
  const items = [
    toolCalls('wf', call('run_1', { id: 'tsk_1' })),
    decided('wid', 'Deleted 12 tasks.', 'run_2'),
  ]
  expect(changes(items, [undone('run_1')])).toEqual({
    wf: { changeSet: 'run_1', tasks: 1, isUndone: true },
    wid: { changeSet: 'run_2', tasks: 12, isUndone: false },
  })
})

test('what names no change set changed nothing', () => {
  const items = [
    toolCalls('wf', call(null, { id: 'tsk_1' })),
    toolCalls('old', { name: 'create_task', record: { status: 'ok', result: { id: 'tsk_1' } } }),
    decided('wid', 'Cancelled. Nothing was changed.'),
  ]
  expect(changes(items)).toEqual({})
})
