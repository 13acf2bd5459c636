import { asJson, type Json } from './json'
import type { WorkflowTask } from './protocol'
import { type Receipt, readReceipt } from './receipt'

export type CallState = 'running' | 'ok' | 'failed' | 'waiting' | 'stopped'

export type ToolCall = {
  name: string
  state: CallState
  arguments: Json
  result: Json | null
  milliseconds: number | null
  /** What undoes it; null when it wrote nothing. */
  changeSet: string | null
  /** What it changed, from the server's own record; null when nothing, or from before it was kept. */
  receipt: Receipt | null
  /** Markdown to show where the server sent something other than a call. */
  note: string | null
}

const FENCED_JSON = /^\s*```json\s*\n([\s\S]*?)\n?```\s*$/
const STATES: readonly string[] = ['running', 'ok', 'failed', 'waiting', 'stopped']

/** Reads the JSON that our server fences into a task's content; anything else becomes a note. */
export function readToolCall(task: WorkflowTask): ToolCall {
  const content = 'content' in task ? (task.content ?? '') : ''
  const record = parseJson(FENCED_JSON.exec(content)?.[1] ?? '')
  return {
    name: task.title ?? task.type,
    state: readState(record?.status) ?? (task.status_indicator === 'loading' ? 'running' : 'ok'),
    arguments: asJson(record?.arguments) ?? {},
    result: asJson(record?.result),
    milliseconds: typeof record?.ms === 'number' ? Math.round(record.ms) : null,
    changeSet: typeof record?.change_set === 'string' ? record.change_set : null,
    receipt: readReceipt(record?.receipt),
    note: record === null && content.trim() !== '' ? content : null,
  }
}

function readState(status: unknown): CallState | null {
  return STATES.includes(status as string) ? (status as CallState) : null
}

function parseJson(text: string): Json | null {
  try {
    return asJson(JSON.parse(text))
  } catch {
    return null
  }
}

type Verbs = { running: string; ok: string; failed: string }

const VERBS: Record<string, Verbs> = {
  create_task: { running: 'Creating', ok: 'Created', failed: 'Could not create' },
  list_tasks: { running: 'Looking for tasks', ok: 'Found', failed: 'Could not look for tasks' },
  update_task: { running: 'Updating', ok: 'Updated', failed: 'Could not update' },
  complete_task: { running: 'Completing', ok: 'Completed', failed: 'Could not complete' },
  delete_task: { running: 'Deleting', ok: 'Deleted', failed: 'Could not delete' },
  complete_all_tasks: {
    running: 'Completing tasks',
    ok: 'Completed',
    failed: 'Could not complete',
  },
  delete_all_tasks: { running: 'Deleting tasks', ok: 'Deleted', failed: 'Could not delete' },
}

const REOPENING: Verbs = { running: 'Reopening', ok: 'Reopened', failed: 'Could not reopen' }

/** A call in words: `verb` is what happens, `subject` what it happens to. */
export function describeCall(call: ToolCall): { verb: string; subject: string } {
  if (call.state === 'waiting') {
    return { verb: 'Asked you:', subject: textField(call.result, 'question') }
  }
  const reopens = call.name === 'complete_task' && call.arguments.completed === false
  const verbs = reopens ? REOPENING : VERBS[call.name]
  const state = call.state === 'stopped' ? 'running' : call.state
  return {
    verb: verbs ? verbs[state] : humanName(call.name),
    subject: subjectOf(call),
  }
}

/** Why a call failed, in the server's words; null when it did not. */
export function failureOf(call: ToolCall): string | null {
  if (call.state !== 'failed') return null
  return textField(asJson(call.result?.error), 'detail') || 'It did not work.'
}

function subjectOf({ name, arguments: given, result, state }: ToolCall): string {
  const task = asJson(result?.task) ?? (typeof result?.number === 'number' ? result : null)
  if (task) return `#${task.number} ${textField(task, 'title')}`
  const count = result?.total ?? result?.completed ?? result?.deleted
  if (typeof count === 'number') return count === 1 ? '1 task' : `${count} tasks`
  if (name.endsWith('_all_tasks')) return state === 'failed' ? 'the tasks' : ''
  return textField(given, 'title') || textField(given, 'task')
}

function textField(fields: Json | null | undefined, name: string): string {
  const value = fields?.[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

function humanName(name: string): string {
  const words = name.replaceAll('_', ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
