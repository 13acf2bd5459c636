import { expect, test } from 'vitest'
import { added, answer, done, finished, question } from '@/testing/chatWire'
import type { RunEvent } from './protocol'
import { EMPTY_THREAD, reduce, type ThreadState } from './thread'

const QUESTION = question('q', 'First')
const MILK = question('m', 'Buy milk')
const BREAD = question('b', 'Buy bread')
const queued = (runId: string, item: object) => ({ type: 'run.queued', run_id: runId, item })
const started = (runId: string) => ({ type: 'run.started', run_id: runId, start: '9' })
const withdrawn = (runId: string) => ({ type: 'run.withdrawn', run_id: runId })

function stateAfter(...wire: object[]): ThreadState {
  return reduce(EMPTY_THREAD, wire as RunEvent[])
}

function texts(state: ThreadState): string[] {
  return state.waiting.map(({ item }) => item.content.map(({ text }) => text).join(''))
}

test('messages wait in order, and each of them once', () => {
  const state = stateAfter(queued('2', MILK), queued('3', BREAD), queued('2', MILK))
  expect(texts(state)).toEqual(['Buy milk', 'Buy bread'])
  expect(state.items).toEqual([])
})

test('a message that is withdrawn waits no more', () => {
  const state = stateAfter(queued('2', MILK), queued('3', BREAD), withdrawn('2'))
  expect(texts(state)).toEqual(['Buy bread'])
})

test('a message whose run starts joins the conversation at once, and once', () => {
  const begun = stateAfter(
    done(QUESTION),
    queued('2', MILK),
    queued('3', BREAD),
    finished('completed'),
    started('2'),
  )
  expect(begun.items).toEqual([QUESTION, MILK])
  expect(texts(begun)).toEqual(['Buy bread'])
  expect(begun.running).toBe(true)
  expect(reduce(begun, [done(MILK)] as RunEvent[]).items).toEqual([QUESTION, MILK])
})

test('a message in the conversation does not wait again when its run is replayed', () => {
  expect(stateAfter(done(MILK), queued('2', MILK)).waiting).toEqual([])
})

test('a message that is on its way is taken over by the queue', () => {
  const message = { text: 'Buy milk', model: null, instead: null }
  const outgoing = [{ key: 'k', ...message, failure: null, waits: true }]
  const state = reduce({ ...EMPTY_THREAD, outgoing }, [queued('2', MILK)] as unknown as RunEvent[])
  expect(state.outgoing).toEqual([])
})

test('the run that ended is told with its last item, whatever begins right after', () => {
  const said = answer('a', 'Done.')
  const state = stateAfter(
    done(QUESTION),
    added(answer('a')),
    done(said),
    queued('2', MILK),
    finished('completed'),
    started('2'),
  )
  expect(state.ended).toEqual({ runId: 'run_1', itemId: 'a' })
})
