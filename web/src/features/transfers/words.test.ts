import { expect, test } from 'vitest'
import type { Brought } from '@/api/transfers'
import { broughtSentences } from './words'

const NOTHING: Brought = {
  created: 0,
  restored: 0,
  skipped: 0,
  left_out: 0,
  projects: [],
  filters: [],
  problems: [],
  problem_count: 0,
  change_set_id: null,
}

test('a preview says what will happen, an import what happened', () => {
  const brought = { ...NOTHING, created: 1214, skipped: 3, left_out: 1, projects: ['Home'] }
  expect(broughtSentences(brought, false)).toEqual([
    '1,214 tasks will be created.',
    '3 tasks skipped: they are here already.',
    'New projects: Home.',
    '1 task left out as unreadable.',
  ])
  expect(broughtSentences(brought, true)[0]).toBe('1,214 tasks created.')
})

test('many new projects are not all listed', () => {
  const projects = ['A', 'B', 'C', 'D', 'E', 'F', 'G']
  expect(broughtSentences({ ...NOTHING, projects }, true)).toEqual([
    'New projects: A, B, C, D, E and 2 more.',
  ])
})

test('an empty file has nothing to say', () => {
  expect(broughtSentences(NOTHING, false)).toEqual(['There is nothing to import in this file.'])
})
