import { expect, test } from 'vitest'
import { added, answer, delta, done, finished, question, removed } from '@/testing/chatWire'
import type { RunEvent, ThreadItem } from './protocol'
import { EMPTY_THREAD, reduce, type ThreadState } from './thread'

function events(...wire: object[]): RunEvent[] {
  return wire as RunEvent[]
}

function stateAfter(...wire: object[]): ThreadState {
  return reduce(EMPTY_THREAD, events(...wire))
}

const QUESTION = question('msg_q', 'hi')
const ANSWER = answer('msg_a')
const ANSWERED = answer('msg_a', 'Hello')

test('a removed item is gone, and removing it again does no harm', () => {
  const gone = removed('msg_a')
  expect(stateAfter(done(QUESTION), done(ANSWERED), gone, gone).items).toEqual([QUESTION])
})

test('progress is shown until something is', () => {
  const state = stateAfter({ type: 'progress_update', text: 'Searching…', icon: 'search' })
  expect(state.progress).toBe('Searching…')
  expect(reduce(state, events(added(ANSWER))).progress).toBeNull()
  expect(reduce(state, events(finished('completed'))).progress).toBeNull()
})

test('a title arrives with the thread', () => {
  const thread = { id: 'thr_1', title: 'My title', created_at: '2026-11-20T15:42:35Z' }
  expect(stateAfter({ type: 'thread.updated', thread }).title).toBe('My title')
})

test('an error without words gets some', () => {
  const state = stateAfter({ type: 'error', code: 'stream.error', allow_retry: true })
  expect(state.error).toEqual({
    message: 'Something went wrong while answering.',
    allowRetry: true,
  })
})

test('a failed run keeps the error that it told, and what had streamed', () => {
  const error = { type: 'error', code: 'custom', message: 'Out of credit.', allow_retry: false }
  const state = stateAfter(added(ANSWER), delta('msg_a', 'Half'), error, finished('failed'))
  expect(state.error).toEqual({ message: 'Out of credit.', allowRetry: false })
  expect(state.items[0]).toMatchObject({ content: [{ text: 'Half' }] })
  expect([...state.streaming]).toEqual([])
})

test('an interrupted run says so and can be retried', () => {
  expect(stateAfter(finished('interrupted')).error?.allowRetry).toBe(true)
})

test('a stopped run marks where it stopped', () => {
  const state = stateAfter(
    done(QUESTION),
    added(ANSWER),
    delta('msg_a', 'Hal'),
    finished('stopped'),
  )
  expect([...state.stopped]).toEqual(['msg_a'])
  expect(state.error).toBeNull()
})

test('a notice told twice is shown once', () => {
  const notice = { type: 'notice', level: 'warning', message: '90% used', title: 'Quota' }
  expect(stateAfter(notice, notice).notices).toEqual([
    { level: 'warning', message: '90% used', title: 'Quota' },
  ])
})

test('an item of every other kind is kept as it is', () => {
  const input = { id: 'in', type: 'structured_input', status: 'pending', inputs: [] }
  expect(stateAfter(done(input)).items).toEqual([input as unknown as ThreadItem])
})
