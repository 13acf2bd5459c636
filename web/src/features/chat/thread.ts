import type {
  AssistantMessageItem,
  ItemUpdate,
  RunEvent,
  RunFinished,
  ThreadItem,
  ThreadStreamEvent,
  WorkflowItem,
} from './protocol'
import { updateComponent } from './widget'

/** A message shown before the server has confirmed it. */
export type Outgoing = {
  key: string
  text: string
  /** Why it was not sent; null while it is on its way. */
  failure: string | null
}

type Notice = { level: 'info' | 'warning' | 'danger'; title: string | null; message: string }

export type ThreadState = {
  title: string | null
  items: readonly ThreadItem[]
  /** Ids of items that were added and are not done. All others are settled. */
  streaming: ReadonlySet<string>
  /** Ids of items after which a run was stopped. */
  stopped: ReadonlySet<string>
  outgoing: readonly Outgoing[]
  progress: string | null
  error: { message: string; allowRetry: boolean } | null
  notices: readonly Notice[]
  /** From the moment a run begins until its `run.finished`. */
  running: boolean
}

export const EMPTY_THREAD: ThreadState = {
  title: null,
  items: [],
  streaming: new Set(),
  stopped: new Set(),
  outgoing: [],
  progress: null,
  error: null,
  notices: [],
  running: false,
}

/** Applies events in order; items that no event touched keep their identity. */
export function reduce(state: ThreadState, events: readonly RunEvent[]): ThreadState {
  return events.reduce(apply, state)
}

function apply(state: ThreadState, event: RunEvent): ThreadState {
  switch (event.type) {
    case 'thread.created':
    case 'thread.updated':
      return { ...state, title: event.thread.title ?? null }
    case 'thread.item.added':
      return addItem(state, event.item)
    case 'thread.item.done':
      return settleItem(state, event.item)
    case 'thread.item.replaced':
      return changeItem(state, event.item.id, () => event.item)
    case 'thread.item.removed':
      return removeItem(state, event.item_id)
    case 'thread.item.updated':
      return updateItem(state, event.item_id, event.update)
    case 'progress_update':
      return { ...state, progress: event.text }
    case 'notice':
      return addNotice(state, event)
    case 'error':
      return {
        ...state,
        error: {
          message: event.message ?? 'Something went wrong while answering.',
          allowRetry: event.allow_retry ?? false,
        },
      }
    case 'run.finished':
      return finishRun(state, event)
    case 'stream_options':
    case 'client_effect':
    case 'resync':
      return state
    default:
      event satisfies never
      return state // a newer server may send events that this version has not heard of
  }
}

/** Meant for the model; a server that sends one by mistake must not show it. */
function isHidden(item: ThreadItem): boolean {
  return (
    item.type === 'hidden_context_item' ||
    item.type === 'sdk_hidden_context' ||
    item.type === 'end_of_turn'
  )
}

function addItem(state: ThreadState, item: ThreadItem): ThreadState {
  const known = state.items.some(({ id }) => id === item.id)
  // The replay of a run announces again what the list of items has already brought whole.
  if (isHidden(item) || (known && !state.streaming.has(item.id))) return state
  return {
    ...putItem(state, item),
    streaming: new Set(state.streaming).add(item.id),
    progress: null,
  }
}

function settleItem(state: ThreadState, item: ThreadItem): ThreadState {
  if (isHidden(item)) return state
  const streaming = new Set(state.streaming)
  streaming.delete(item.id)
  const outgoing =
    item.type === 'user_message' ? withoutFirstSending(state.outgoing) : state.outgoing
  return { ...putItem(state, item), streaming, outgoing }
}

function withoutFirstSending(outgoing: readonly Outgoing[]): readonly Outgoing[] {
  const index = outgoing.findIndex(({ failure }) => failure === null)
  return index < 0 ? outgoing : outgoing.toSpliced(index, 1)
}

function putItem(state: ThreadState, item: ThreadItem): ThreadState {
  const index = state.items.findLastIndex(({ id }) => id === item.id)
  const items = index < 0 ? [...state.items, item] : state.items.with(index, item)
  return { ...state, items }
}

function removeItem(state: ThreadState, itemId: string): ThreadState {
  return { ...state, items: state.items.filter(({ id }) => id !== itemId) }
}

function changeItem(
  state: ThreadState,
  itemId: string,
  change: (item: ThreadItem) => ThreadItem,
): ThreadState {
  const index = state.items.findLastIndex(({ id }) => id === itemId)
  const item = state.items[index]
  return item ? { ...state, items: state.items.with(index, change(item)) } : state
}

function updateItem(state: ThreadState, itemId: string, update: ItemUpdate): ThreadState {
  return changeItem(state, itemId, (item) => {
    switch (item.type) {
      case 'assistant_message':
        // Deltas are not idempotent: on a settled message they can only be a replay.
        return state.streaming.has(itemId) ? updateMessage(item, update) : item
      case 'workflow':
        return updateWorkflow(item, update)
      case 'widget':
        return { ...item, widget: updateComponent(item.widget, update) }
      default:
        return item
    }
  })
}

type MessagePart = AssistantMessageItem['content'][number]

function updateMessage(item: AssistantMessageItem, update: ItemUpdate): AssistantMessageItem {
  if (!('content_index' in update)) return item
  const content: MessagePart[] = [...item.content]
  while (content.length <= update.content_index) {
    content.push({ type: 'output_text', text: '', annotations: [] })
  }
  const part = content[update.content_index]
  if (part) content[update.content_index] = updatePart(part, update)
  return { ...item, content }
}

function updatePart(
  part: MessagePart,
  update: Extract<ItemUpdate, { content_index: number }>,
): MessagePart {
  switch (update.type) {
    case 'assistant_message.content_part.added':
    case 'assistant_message.content_part.done':
      return update.content
    case 'assistant_message.content_part.text_delta':
      return { ...part, text: part.text + update.delta }
    case 'assistant_message.content_part.annotation_added':
      return part // annotations are not shown
    default:
      update satisfies never
      return part
  }
}

function updateWorkflow(item: WorkflowItem, update: ItemUpdate): WorkflowItem {
  // A task added at an index that exists replaces it: servers announce parallel calls twice.
  if (update.type !== 'workflow.task.added' && update.type !== 'workflow.task.updated') return item
  const tasks = [...item.workflow.tasks]
  tasks[Math.min(update.task_index, tasks.length)] = update.task
  return { ...item, workflow: { ...item.workflow, tasks } }
}

function addNotice(
  state: ThreadState,
  event: Extract<ThreadStreamEvent, { type: 'notice' }>,
): ThreadState {
  const { level, message } = event
  if (state.notices.some((notice) => notice.message === message)) return state
  return { ...state, notices: [...state.notices, { level, message, title: event.title ?? null }] }
}

function finishRun(state: ThreadState, { status }: RunFinished): ThreadState {
  const last = state.items.at(-1)
  const finished = { ...state, streaming: new Set<string>(), progress: null, running: false }
  switch (status) {
    case 'completed':
      return finished
    case 'stopped':
      return last ? { ...finished, stopped: new Set(state.stopped).add(last.id) } : finished
    case 'failed':
    case 'interrupted':
      return { ...finished, error: state.error ?? { message: ENDED[status], allowRetry: true } }
    default:
      status satisfies never
      return finished
  }
}

const ENDED = {
  failed: 'The answer failed.',
  interrupted: 'The answer was interrupted because the server restarted.',
}
