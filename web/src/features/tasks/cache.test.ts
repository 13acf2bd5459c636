import { expect, test } from 'vitest'
import { taskWith } from '@/testing/tasks'
import { besideAfterDrop, findTask, moveTask, type Pages, removeTask, replaceTask } from './cache'

const COUNT = { total: 3, total_is_exact: true }

const pages: Pages = {
  pageParams: [undefined, 'next'],
  pages: [
    { ...COUNT, items: [taskWith({ number: 1 }), taskWith({ number: 2 })], next_cursor: 'next' },
    { ...COUNT, items: [taskWith({ number: 3, version: 5 })], next_cursor: null },
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

test('a task moves beside another one, also across pages', () => {
  const numbers = (moved: Pages) => moved.pages.map(({ items }) => items.map((task) => task.number))

  expect(numbers(moveTask(pages, 'tsk_1', { after: 'tsk_3' }))).toEqual([[2], [3, 1]])
  expect(numbers(moveTask(pages, 'tsk_3', { before: 'tsk_2' }))).toEqual([[1, 3, 2], []])
  expect(moveTask(pages, 'tsk_1', { before: 'tsk_9' })).toBe(pages)
})

test('a task that is dropped onto another takes its place', () => {
  const ids = ['a', 'b', 'c']
  expect(besideAfterDrop(ids, 'a', 'c')).toEqual({ after: 'c' })
  expect(besideAfterDrop(ids, 'c', 'a')).toEqual({ before: 'a' })
  expect(besideAfterDrop(ids, 'b', 'b')).toBeNull()
})
