import { expect, test } from 'vitest'
import { taskWith } from '@/testing/tasks'
import { findTask, type Pages, removeTask, replaceTask } from './cache'

const pages: Pages = {
  pageParams: [undefined, 'next'],
  pages: [
    { items: [taskWith({ number: 1 }), taskWith({ number: 2 })], next_cursor: 'next', total: 3 },
    { items: [taskWith({ number: 3, version: 5 })], next_cursor: null, total: 3 },
  ],
}

test('a changed task takes its place, and the other page stays the same object', () => {
  const changed = replaceTask(pages, taskWith({ number: 2, title: 'New', version: 2 }))

  expect(findTask(changed, 'tsk_2')?.title).toBe('New')
  expect(changed.pages[1]).toBe(pages.pages[1])
})

test('an older version that arrives late changes nothing', () => {
  const late = replaceTask(pages, taskWith({ number: 3, title: 'Old', version: 4 }))
  expect(findTask(late, 'tsk_3')?.title).toBe('Task 3')
})

test('a task that is on no page leaves the pages as they are', () => {
  expect(replaceTask(pages, taskWith({ number: 9 }))).toBe(pages)
  expect(removeTask(pages, 'tsk_9')).toBe(pages)
})

test('a removed task is counted out of the total of every page', () => {
  const left = removeTask(pages, 'tsk_1')

  expect(findTask(left, 'tsk_1')).toBeUndefined()
  expect(left.pages.map(({ total }) => total)).toEqual([2, 2])
})
