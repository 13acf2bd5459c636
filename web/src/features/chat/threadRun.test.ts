import { expect, test } from 'vitest'
import { added, answer, delta, done, ending, finished, question, removed } from '@/testing/chatWire'
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

test('what a model waits for is told until something else is seen', () => {
  const waits = {
    type: 'progress_update',
    text: 'Gemini is overloaded. Trying again in 2 seconds…',
  }
  const answering = stateAfter(added(ANSWER), waits)
  expect(answering.progress).toContain('Trying again')
  expect(reduce(answering, events(delta('msg_a', 'Hel'))).progress).toBeNull()
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
    remedies: ['retry'],
  })
})

test('a failed run keeps the error that it told, and what had streamed', () => {
  const error = { type: 'error', code: 'custom', message: 'Out of credit.', allow_retry: false }
  const state = stateAfter(added(ANSWER), delta('msg_a', 'Half'), error, finished('failed'))
  expect(state.error).toEqual({ message: 'Out of credit.', remedies: [] })
  expect(state.items[0]).toMatchObject({ content: [{ text: 'Half' }] })
  expect([...state.streaming]).toEqual([])
})

test('an interrupted run says so and can be retried', () => {
  expect(stateAfter(finished('interrupted')).error?.remedies).toEqual(['retry'])
})

test('the end of an answer is kept with its question, the last one where it was tried again', () => {
  const error = { kind: 'cut_off', message: 'The answer broke off.', remedies: ['retry'] as const }
  const stopped = stateAfter(done(QUESTION), finished('stopped', ending({ model: 'flash' })))
  expect(stopped.ends.get('msg_q')).toMatchObject({ status: 'stopped', model: 'flash', changes: 0 })

  const again = reduce(stopped, events(finished('failed', ending({ changes: 2, error }))))
  expect(again.ends.get('msg_q')).toMatchObject({ status: 'failed', changes: 2, error })
  expect(again.error).toBeNull()
})

test('the end of an answer belongs to the message that the server names', () => {
  const named = ending({ item_id: 'msg_p', instead_of: 'flash' })
  const state = stateAfter(done(question('msg_p')), done(QUESTION), finished('completed', named))

  expect([...state.ends.keys()]).toEqual(['msg_p'])
  expect(state.ends.get('msg_p')).toMatchObject({ item_id: 'msg_p', instead_of: 'flash' })
})

test('what answered no message leaves the ends of all as they are', () => {
  const answered = stateAfter(done(QUESTION), finished('completed', ending()))
  const clicked = reduce(answered, events(finished('completed', ending({ item_id: null }))))
  expect(clicked.ends).toBe(answered.ends)
})

test('a click that was refused says so, and leaves the end of the answer as it is', () => {
  const refused = { type: 'error', code: 'custom', message: 'Used already.', allow_retry: false }
  const answered = stateAfter(done(QUESTION), finished('completed', ending()))
  const clicked = reduce(answered, events(refused, finished('failed')))

  expect(clicked.ends).toBe(answered.ends)
  expect(clicked.error).toEqual({ message: 'Used already.', remedies: [] })
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
