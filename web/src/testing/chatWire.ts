/** Items and events as the server sends them, all of one thread. */

const BASE = { thread_id: 'thr_1', created_at: '2026-11-20T15:42:35Z' }

export function question(id: string, text = id) {
  return { ...BASE, id, type: 'user_message', content: [{ type: 'input_text', text }] }
}

/** Without text it is the empty message that a stream begins with. */
export function answer(id: string, text = '') {
  const content = text ? [{ type: 'output_text', text, annotations: [] }] : []
  return { ...BASE, id, type: 'assistant_message', content }
}

export function card(id: string, widget: object, copyText = '') {
  return { ...BASE, id, type: 'widget', widget, copy_text: copyText }
}

type Call = { name: string; record: { status: string } & Record<string, unknown> }

export function toolCalls(id: string, ...calls: Call[]) {
  const tasks = calls.map(({ name, record }) => ({
    type: 'custom',
    title: name,
    status_indicator: record.status === 'running' ? 'loading' : 'complete',
    content: `\`\`\`json\n${JSON.stringify(record)}\n\`\`\``,
  }))
  return { ...BASE, id, type: 'workflow', workflow: { type: 'custom', tasks, expanded: false } }
}

export const created = {
  type: 'thread.created',
  thread: { id: 'thr_1', created_at: BASE.created_at },
}

export const added = (item: object) => ({ type: 'thread.item.added', item })

export const done = (item: object) => ({ type: 'thread.item.done', item })

export const replaced = (item: object) => ({ type: 'thread.item.replaced', item })

export const removed = (id: string) => ({ type: 'thread.item.removed', item_id: id })

export const updated = (id: string, update: object) => ({
  type: 'thread.item.updated',
  item_id: id,
  update,
})

export const delta = (id: string, text: string, index = 0) =>
  updated(id, {
    type: 'assistant_message.content_part.text_delta',
    content_index: index,
    delta: text,
  })

/** Of an answer it tells more than of a click. */
export const finished = (status: string, end: object = {}) => ({
  type: 'run.finished',
  run_id: 'run_1',
  status,
  ...end,
})

const ENDED = { model: 'commands', changes: 0, error: null, usage: null }

/** What the end of an answer tells; by default of one that changed nothing. */
export const ending = (facts: object = {}) => ({ ...ENDED, ...facts })

/** How an answer ended, as it is listed. */
export const end = (itemId: string, status: string, facts: object = {}) => ({
  ...{ run_id: `run_${itemId}`, item_id: itemId, status, instead_of: null },
  ...ENDED,
  ...facts,
})

const COMMANDS = { id: 'commands', kind: 'commands', name: 'Built-in commands' }
const FLASH = { id: 'flash', kind: 'gemini', name: 'gemini-flash' }

/** With a model, and the built-in commands beside it. */
export const TWO_ASSISTANTS = { assistant: FLASH, assistants: [FLASH, COMMANDS] }

/** What the app asks besides the chat, by path. */
export const ELSEWHERE: Record<string, object> = {
  '/api/config': { assistant: COMMANDS, assistants: [COMMANDS] },
  '/api/activity': { items: [], next_cursor: null },
}
