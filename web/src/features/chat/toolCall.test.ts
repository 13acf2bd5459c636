import { describe, expect, test } from 'vitest'
import type { WorkflowTask } from './protocol'
import { describeCall, failureOf, readToolCall } from './toolCall'

function task(title: string, content: string, status = 'complete'): WorkflowTask {
  return { type: 'custom', title, content, status_indicator: status } as WorkflowTask
}

function fenced(record: object): string {
  return `\`\`\`json\n${JSON.stringify(record)}\n\`\`\``
}

function call(name: string, record: object) {
  return readToolCall(task(name, fenced(record)))
}

describe('reading', () => {
  test('a call has its arguments, its result and its time', () => {
    const record = {
      call_id: 'c1',
      arguments: { title: 'Milk' },
      status: 'ok',
      result: { number: 3, title: 'Milk' },
      ms: 12.4,
      change_set: 'run_1',
    }
    expect(call('create_task', record)).toEqual({
      name: 'create_task',
      state: 'ok',
      arguments: { title: 'Milk' },
      result: { number: 3, title: 'Milk' },
      milliseconds: 12,
      changeSet: 'run_1',
      receipt: null,
      note: null,
    })
  })

  test('a fence inside a title does not end the JSON', () => {
    const record = { arguments: { title: 'a\n```\nb' }, status: 'running', result: null, ms: null }
    expect(call('create_task', record)).toMatchObject({ arguments: { title: 'a\n```\nb' } })
  })

  test.each([
    ['plain words', 'Searched the **web**'],
    ['broken JSON', '```json\n{"arguments":\n```'],
    ['JSON that is no object', '```json\n[1, 2]\n```'],
  ])('%s become a note', (_, content) => {
    expect(readToolCall(task('search', content))).toMatchObject({
      note: content,
      arguments: {},
      state: 'ok',
    })
  })

  test('a task without content follows its indicator', () => {
    expect(readToolCall(task('list_tasks', '', 'loading'))).toMatchObject({
      state: 'running',
      note: null,
    })
  })

  test('fields of the wrong kind are left out', () => {
    const record = { arguments: 'none', status: 'great', result: [1], ms: 'fast', change_set: 7 }
    expect(call('x', record)).toMatchObject({
      arguments: {},
      state: 'ok',
      result: null,
      milliseconds: null,
      changeSet: null,
    })
  })

  test('a task of another kind is named by it', () => {
    const thought = { type: 'thought', content: 'Hm.', status_indicator: 'none' } as WorkflowTask
    expect(readToolCall(thought)).toMatchObject({ name: 'thought', note: 'Hm.' })
  })
})

describe('in words', () => {
  const words = (name: string, record: object) => {
    const { verb, subject } = describeCall(call(name, record))
    return `${verb} ${subject}`.trim()
  }
  const milk = { number: 3, title: 'Milk' }

  test.each([
    ['create_task', { status: 'running', arguments: { title: 'Milk' } }, 'Creating Milk'],
    ['create_task', { status: 'ok', result: milk }, 'Created #3 Milk'],
    ['list_tasks', { status: 'running' }, 'Looking for tasks'],
    ['list_tasks', { status: 'ok', result: { items: [], total: 0 } }, 'Found 0 tasks'],
    ['list_tasks', { status: 'ok', result: { items: [milk], total: 1 } }, 'Found 1 task'],
    ['update_task', { status: 'stopped', arguments: { task: '#3' } }, 'Updating #3'],
    ['complete_task', { status: 'ok', result: milk }, 'Completed #3 Milk'],
    [
      'complete_task',
      { status: 'ok', arguments: { task: '#3', completed: false }, result: milk },
      'Reopened #3 Milk',
    ],
    ['delete_task', { status: 'ok', result: { deleted: 1, task: milk } }, 'Deleted #3 Milk'],
    ['complete_all_tasks', { status: 'ok', result: { completed: 5 } }, 'Completed 5 tasks'],
    ['delete_all_tasks', { status: 'failed', result: {} }, 'Could not delete the tasks'],
    [
      'delete_all_tasks',
      { status: 'waiting', result: { question: 'Delete 12 tasks?', count: 12 } },
      'Asked you: Delete 12 tasks?',
    ],
    ['make_coffee', { status: 'ok', arguments: { title: 'Flat white' } }, 'Make coffee Flat white'],
  ])('%s %j is “%s”', (name, record, expected) => {
    expect(words(name, record)).toBe(expected)
  })

  test('a refused call says why', () => {
    const refused = call('complete_task', {
      status: 'failed',
      arguments: { task: 'dentist' },
      result: { error: { code: 'ambiguous_task', detail: 'Two tasks match “dentist”.' } },
    })
    expect(describeCall(refused)).toEqual({ verb: 'Could not complete', subject: 'dentist' })
    expect(failureOf(refused)).toBe('Two tasks match “dentist”.')
    expect(failureOf(call('list_tasks', { status: 'failed', result: {} }))).not.toBeNull()
    expect(failureOf(call('list_tasks', { status: 'ok', result: {} }))).toBeNull()
  })
})
