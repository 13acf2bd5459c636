import { expect, test } from 'vitest'
import { taskWith } from '@/testing/tasks'
import { branchesOf, inOrder } from './tree'

const TASKS = [
  taskWith({ number: 3, parent_id: 'tsk_1' }),
  taskWith({ number: 1 }),
  taskWith({ number: 4, parent_id: 'tsk_3' }),
  taskWith({ number: 2, parent_id: 'tsk_9' }),
]

test('a subtask stands below its task, and alone where that one is not in the list', () => {
  expect(inOrder(branchesOf(TASKS)).map(({ number }) => number)).toEqual([1, 3, 4, 2])
  expect(branchesOf(TASKS).map(({ task }) => task.number)).toEqual([1, 2])
})
