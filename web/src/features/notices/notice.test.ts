import { expect, test } from 'vitest'
import { taskWith } from '@/testing/tasks'
import { digestText, readNotice } from './notice'

test('a reminder brings its task, and says when it is late', () => {
  const task = taskWith({ number: 7 })
  expect(readNotice({ kind: 'reminder', data: { task, late: true } })).toEqual({
    kind: 'reminder',
    task,
    late: true,
  })
})

test('a digest is one line', () => {
  const notice = readNotice({ kind: 'digest', data: { due_today: 1, overdue: 3 } })
  expect(notice?.kind === 'digest' && digestText(notice)).toBe('1 task due today, 3 overdue')
})

test('a kind that is not known is not shown', () => {
  expect(readNotice({ kind: 'fanfare', data: {} })).toBeNull()
})
