import { describe, expect, test } from 'vitest'
import { answer, end, question, toolCalls } from '@/testing/chatWire'
import type { ThreadItem, TurnEnd } from './protocol'
import { endsByQuestion, failureOf, isLive, isMixed, lastFailure, questionIds } from './turns'

const ITEMS = [
  answer('a0', 'From before'),
  question('q1'),
  toolCalls('wf'),
  answer('a1', 'Done.'),
  question('q2'),
] as unknown as ThreadItem[]

const ERROR = { kind: 'overloaded', message: 'Gemini is overloaded.', remedies: ['commands'] }

function ends(...listed: object[]) {
  return endsByQuestion(listed as TurnEnd[])
}

test('each item belongs to the question before it, if that is loaded', () => {
  expect(questionIds(ITEMS)).toEqual([null, 'q1', 'q1', 'q1', 'q2'])
})

test('of a message that was tried again, the last end counts', () => {
  const known = ends(end('q1', 'failed', { error: ERROR }), end('q1', 'completed'))
  expect(known.get('q1')?.status).toBe('completed')
})

describe('what failed', () => {
  const failed = end('q2', 'failed', { error: ERROR }) as unknown as TurnEnd

  test('is said in the words of the server, or in ours where it has none', () => {
    expect(failureOf(failed)).toBe(failed.error)
    expect(failureOf({ status: 'interrupted', error: null })?.remedies).toEqual(['retry'])
    expect(failureOf({ status: 'stopped', error: null })).toBeNull()
    expect(failureOf({ status: 'completed', error: null })).toBeNull()
  })

  test('is offered to be mended where it was the last, and nothing has begun since', () => {
    const shown = { items: ITEMS, error: null, running: false }
    expect(lastFailure({ ...shown, ends: ends(failed) })).toBe(failed.error)
    expect(lastFailure({ ...shown, ends: ends(end('q1', 'failed', { error: ERROR })) })).toBeNull()
    expect(lastFailure({ ...shown, ends: ends(failed), running: true })).toBeNull()
    const clicked = { message: 'Used already.', remedies: [] }
    expect(lastFailure({ ...shown, ends: ends(failed), error: clicked })).toBe(clicked)
  })
})

test('a conversation is mixed once two have answered in it', () => {
  const flash = end('q1', 'completed', { model: 'flash' })
  expect(isMixed(ends(flash, end('q2', 'stopped', { model: 'flash' })))).toBe(false)
  expect(isMixed(ends(flash, end('q2', 'completed', { model: null })))).toBe(false)
  expect(isMixed(ends(flash, end('q2', 'completed')))).toBe(true)
})

test('only the answer to the last question is under way, and no click makes one', () => {
  const going = { items: ITEMS, running: true, acting: null, outgoing: [] }
  expect(isLive(going, 'q2')).toBe(true)
  expect(isLive(going, 'q1')).toBe(false)
  expect(isLive({ ...going, running: false }, 'q2')).toBe(false)
  expect(isLive({ ...going, acting: 'wid' }, 'q2')).toBe(false)
  expect(isLive({ ...going, outgoing: [{ waits: true }] }, 'q2')).toBe(true)
  expect(isLive({ ...going, outgoing: [{ waits: false }] }, 'q2')).toBe(false)
})
