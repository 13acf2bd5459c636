import { expect, test } from 'vitest'
import { answer, card, question, toolCalls } from '@/testing/chatWire'
import type { ThreadItem } from './protocol'
import { factsByTurn } from './turnFacts'

function facts(...items: object[]) {
  return factsByTurn(items as ThreadItem[], [])
}

function changed(id: string, changeSet: string) {
  const record = { status: 'ok', result: { id: `tsk_${id}` }, change_set: changeSet }
  return toolCalls(id, { name: 'create_task', record })
}

function asking(id: string, confirm?: object) {
  return card(id, { type: 'Card', children: [], ...(confirm && { confirm }) })
}

const CONFIRM = { label: 'Delete', action: { type: 'confirmation.approve' } }

test('what an answer changed belongs to its question, also what a card of it did later', () => {
  const confirmed = card('wid', {
    type: 'Card',
    key: 'run_2',
    children: [{ type: 'Title', value: 'Deleted 12 tasks.' }],
  })
  const known = facts(question('q1'), changed('wf', 'run_1'), confirmed, question('q2'))
  expect(known.get('q1')?.changes.map(({ changeSet, tasks }) => [changeSet, tasks])).toEqual([
    ['run_1', 1],
    ['run_2', 12],
  ])
  expect(known.get('q2')).toEqual({ changes: [], isWaiting: false })
})

test('what stands before the first question that is loaded is kept apart', () => {
  expect(facts(changed('wf', 'run_0'), question('q')).get(null)?.changes).toHaveLength(1)
})

test('an answer waits as long as one of its cards asks', () => {
  const waiting = facts(question('q'), asking('w1', CONFIRM), asking('w2'), answer('a', 'Sure?'))
  expect(waiting.get('q')?.isWaiting).toBe(true)
  expect(facts(question('q'), asking('w1')).get('q')?.isWaiting).toBe(false)
})
