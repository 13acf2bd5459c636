import { expect, test } from 'vitest'
import { taskWith } from '@/testing/tasks'
import { groupByDue } from './groups'

const NOW = new Date('2026-11-20T22:30:00Z')

test('tasks in due order are cut where the day changes its meaning', () => {
  const dues = [
    '2026-11-01',
    '2026-11-20',
    '2026-11-20T08:00:00+01:00',
    '2026-11-21',
    '2026-11-24',
    '2026-11-30',
    null,
  ]
  const tasks = dues.map((due, index) => taskWith({ number: index + 1, due }))

  const groups = groupByDue(tasks, NOW, 'Europe/Berlin')

  expect(groups.map(({ name, tasks: { length } }) => [name, length])).toEqual([
    ['Overdue', 1],
    ['Today', 2],
    ['Tomorrow', 1],
    ['Next 7 days', 1],
    ['Later', 1],
    ['No date', 1],
  ])
})

test('what is done is not overdue', () => {
  const done = taskWith({ due: '2026-11-01', status: 'done' })
  expect(groupByDue([done], NOW, 'UTC').map(({ name }) => name)).toEqual(['Earlier'])
})

test('a subtask without a date stands where the task above it does', () => {
  const tasks = [
    taskWith({ number: 1, due: '2026-11-21' }),
    taskWith({ number: 2, parent_id: 'tsk_1' }),
    taskWith({ number: 3, parent_id: 'tsk_2' }),
    taskWith({ number: 4, parent_id: 'tsk_9' }),
  ]
  const groups = groupByDue(tasks, NOW, 'UTC')
  expect(
    groups.map(({ name, tasks: members }) => [name, members.map(({ number }) => number)]),
  ).toEqual([
    ['Tomorrow', [1, 2, 3]],
    ['No date', [4]],
  ])
})
