import { describe, expect, test } from 'vitest'
import {
  added,
  answer,
  card,
  created,
  delta,
  done,
  finished,
  question,
  replaced,
  toolCalls,
  updated,
} from '@/testing/chatWire'
import type { RunEvent } from './protocol'
import { textOf } from './protocol'
import { EMPTY_THREAD, reduce, type ThreadState } from './thread'

/** Events as servers send them: fields that are null are left out. */
function events(...wire: object[]): RunEvent[] {
  return wire as RunEvent[]
}

function stateAfter(...wire: object[]): ThreadState {
  return reduce(EMPTY_THREAD, events(...wire))
}

function text(state: ThreadState, id: string): string | null {
  const item = state.items.find((one) => one.id === id)
  return item?.type === 'assistant_message' ? textOf(item) : null
}

const QUESTION = question('msg_q', 'hi')
const ANSWER = answer('msg_a')
const ANSWERED = answer('msg_a', 'Hello\nline two é✓')
const part = (value: string) => ({ annotations: [], text: value, type: 'output_text' })

/** One turn as the official server streamed it. */
const TURN = [
  created,
  done(QUESTION),
  { type: 'stream_options', stream_options: { allow_cancel: true } },
  added(ANSWER),
  updated('msg_a', {
    type: 'assistant_message.content_part.added',
    content_index: 0,
    content: part(''),
  }),
  delta('msg_a', 'Hello'),
  delta('msg_a', '\nline two'),
  delta('msg_a', ' é✓'),
  updated('msg_a', {
    type: 'assistant_message.content_part.done',
    content_index: 0,
    content: part('Hello\nline two é✓'),
  }),
  done(ANSWERED),
  finished('completed'),
]

function sent(key: string, text: string) {
  return { key, text, model: null, instead: null, failure: null, waits: false }
}

describe('a turn', () => {
  test('gives the question and the whole answer, in this order', () => {
    expect(stateAfter(...TURN).items).toEqual([QUESTION, ANSWERED])
  })

  test('grows by each delta, whatever the batches are', () => {
    const texts = TURN.map((_, count) => text(stateAfter(...TURN.slice(0, count + 1)), 'msg_a'))
    expect(texts).toEqual([
      ...[null, null, null, '', '', 'Hello', 'Hello\nline two'],
      ...Array(4).fill('Hello\nline two é✓'),
    ])
    const oneByOne = events(...TURN).reduce((state, event) => reduce(state, [event]), EMPTY_THREAD)
    expect(oneByOne).toEqual(stateAfter(...TURN))
  })

  test('is streaming until its item is done, and running until the run is finished', () => {
    const running = { ...EMPTY_THREAD, running: true }
    const half = reduce(running, events(...TURN.slice(0, 6)))
    expect([...half.streaming]).toEqual(['msg_a'])
    const whole = reduce(half, events(done(ANSWERED)))
    expect([...whole.streaming]).toEqual([])
    expect(whole.running).toBe(true)
    expect(reduce(whole, events(finished('completed'))).running).toBe(false)
  })

  test('takes away the message that waited to be confirmed, and only the first', () => {
    const outgoing = ['and', 'hi', 'hi'].map((text, key) => sent(String(key), text))
    const state = reduce({ ...EMPTY_THREAD, outgoing }, events(done(QUESTION)))
    expect(state.outgoing.map(({ key }) => key)).toEqual(['0', '2'])
  })

  test('leaves items that it does not touch the same objects', () => {
    const before = stateAfter(done(QUESTION), added(ANSWER))
    expect(reduce(before, events(delta('msg_a', 'x'))).items[0]).toBe(before.items[0])
  })
})

describe('what servers repeat, reorder or leave out', () => {
  test('a run replayed over its own outcome changes nothing', () => {
    const outcome = stateAfter(...TURN)
    const states = TURN.map((_, count) => reduce(outcome, events(...TURN.slice(0, count + 1))))
    expect(states.map(({ items }) => items)).toEqual(TURN.map(() => outcome.items))
  })

  test('an item announced twice is there once', () => {
    expect(stateAfter(added(ANSWER), added(ANSWER), delta('msg_a', 'a')).items).toHaveLength(1)
  })

  test('a delta for a part that was never added makes the part', () => {
    const state = stateAfter(added(ANSWER), delta('msg_a', 'second', 1))
    expect(state.items[0]).toMatchObject({ content: [{ text: '' }, { text: 'second' }] })
  })

  test('an update for an unknown item is ignored, and the item comes whole when it is done', () => {
    expect(stateAfter(delta('msg_a', 'lost')).items).toEqual([])
    expect(text(stateAfter(delta('msg_a', 'lost'), done(ANSWERED)), 'msg_a')).toBe(
      'Hello\nline two é✓',
    )
  })

  test('the finished item wins over what streamed before it', () => {
    const state = stateAfter(
      added(ANSWER),
      delta('msg_a', 'wrong'),
      done(ANSWERED),
      delta('msg_a', ' late'),
    )
    expect(text(state, 'msg_a')).toBe('Hello\nline two é✓')
  })

  test('an item done in the middle of another keeps the place where it first appeared', () => {
    const tool = toolCalls('wf')
    const state = stateAfter(added(ANSWER), added(tool), done(ANSWERED), done(tool))
    expect(state.items.map(({ id }) => id)).toEqual(['msg_a', 'wf'])
  })

  test('an unknown event or update is survived', () => {
    const state = stateAfter(
      added(ANSWER),
      { type: 'thread.sparkles' },
      updated('msg_a', { type: 'x' }),
    )
    expect(state.items).toEqual([ANSWER])
  })

  test('what is meant for the model only is never shown', () => {
    const hidden = { id: 'h', type: 'hidden_context_item', content: 'secret' }
    expect(stateAfter(added(hidden), done(hidden)).items).toEqual([])
  })
})

describe('tool calls', () => {
  const task = (title: string, status: string) => ({
    type: 'custom',
    title,
    status_indicator: status,
  })
  const workflow = (...tasks: object[]) => {
    const empty = toolCalls('wf')
    return { ...empty, workflow: { ...empty.workflow, tasks } }
  }
  const taskUpdate = (type: string, index: number, value: object) =>
    updated('wf', { type: `workflow.task.${type}`, task_index: index, task: value })
  const titles = ({ items }: ThreadState) =>
    items.flatMap((item) =>
      item.type === 'workflow' ? item.workflow.tasks.map(({ title }) => title) : [],
    )

  test('are added and completed one by one', () => {
    const state = stateAfter(
      added(workflow(task('add_task', 'loading'))),
      taskUpdate('updated', 0, task('add_task', 'complete')),
      taskUpdate('added', 1, task('list_tasks', 'complete')),
    )
    expect(state.items).toEqual([
      workflow(task('add_task', 'complete'), task('list_tasks', 'complete')),
    ])
  })

  test('announced a second time at the same place stay one', () => {
    const state = stateAfter(
      added(workflow(task('a', 'loading'), task('b', 'loading'))),
      taskUpdate('added', 1, task('b', 'loading')),
    )
    expect(titles(state)).toEqual(['a', 'b'])
  })

  test('announced beyond the end leave no holes', () => {
    expect(
      titles(stateAfter(added(workflow()), taskUpdate('added', 4, task('a', 'loading')))),
    ).toEqual(['a'])
  })
})

describe('cards', () => {
  const saying = (value: string) =>
    card('wid', { type: 'Card', children: [{ id: 'md', type: 'Markdown', value }] })

  test('are replaced where they stand', () => {
    const state = stateAfter(done(saying('Sure?')), done(QUESTION), replaced(saying('Done.')))
    expect(state.items).toEqual([saying('Done.'), QUESTION])
  })

  test('that are not in the loaded part stay out of it', () => {
    expect(stateAfter(replaced(saying('Done.'))).items).toEqual([])
  })

  test('take streamed text and new roots', () => {
    const value = (component: string, text: string) =>
      updated('wid', {
        type: 'widget.streaming_text.value_delta',
        component_id: component,
        delta: text,
        done: false,
      })
    const state = stateAfter(
      added(saying('')),
      value('md', 'Hel'),
      value('md', 'lo'),
      value('no', '!'),
    )
    expect(state.items[0]).toMatchObject({ widget: { children: [{ value: 'Hello' }] } })
    const root = { type: 'Card', children: [] }
    const changed = reduce(
      state,
      events(updated('wid', { type: 'widget.root.updated', widget: root })),
    )
    expect(changed.items[0]).toMatchObject({ widget: root })
  })
})
