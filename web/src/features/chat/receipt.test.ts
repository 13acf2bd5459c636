import { expect, test } from 'vitest'
import { changedName, readReceipt } from './receipt'

const CHANGE = {
  entity: 'task',
  id: 'tsk_3',
  number: 3,
  title: 'Milk',
  action: 'update_task',
  version: 2,
  fields: { priority: ['medium', 'high'], position: 'a1' },
}

test('a receipt has what changed, and how many changes there were', () => {
  const receipt = readReceipt({ change_set: 'run_1', count: 12, changes: [CHANGE] })
  expect(receipt).toMatchObject({
    changeSet: 'run_1',
    count: 12,
    changes: [{ version: 2, fields: [['priority', ['medium', 'high']]] }],
  })
  expect(receipt?.changes.map(changedName)).toEqual(['#3 Milk'])
})

test('what is no whole receipt is none', () => {
  expect(readReceipt(null)).toBeNull()
  expect(readReceipt({ change_set: 'run_1' })).toBeNull()
  expect(readReceipt({ change_set: 'run_1', count: 1, changes: [{ title: 'Milk' }] })).toBeNull()
})

test('a project is named as one', () => {
  const project = { ...CHANGE, entity: 'project', number: 0, title: 'Garden' }
  const receipt = readReceipt({ change_set: 'run_1', count: 1, changes: [project] })
  expect(receipt?.changes.map(changedName)).toEqual(['project Garden'])
})
