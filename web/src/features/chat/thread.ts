import type {
  AssistantMessageItem,
  ItemUpdate,
  Message,
  RunEvent,
  RunFinished,
  RunQueued,
  ThreadItem,
  ThreadStreamEvent,
  UserMessageItem,
  WorkflowItem,
} from './protocol'
import { textOf } from './protocol'
import { type Failure, failureOf, type TurnEnds, withEnd } from './turns'
import { updateComponent } from './widget'

/** A message shown before the server has confirmed it. */
export type Outgoing = Message & {
  key: string
  /** Why it was not sent; null while it is on its way. */
  failure: string | null
  /** Sent while an answer ran: it will have to wait. */
  waits: boolean
}

/** A message that the server has and will answer after what runs and waits before it. */
export type Waiting = { runId: string; item: UserMessageItem }

/** What a tab itself adds to the stream: the message it sent under this key has come. */
type MessageAccepted = { type: 'message.accepted'; key: string }

export type ShownEvent = RunEvent | MessageAccepted

type Notice = { level: 'info' | 'warning' | 'danger'; title: string | null; message: string }

export type ThreadState = {
  title: string | null
  items: readonly ThreadItem[]
  /** Ids of items that were added and are not done. All others are settled. */
  streaming: ReadonlySet<string>
  ends: TurnEnds
  outgoing: readonly Outgoing[]
  /** In the order in which they will be answered. */
  waiting: readonly Waiting[]
  progress: string | null
  /** Of the running answer, or of a click; how an answer ended is in `ends`. */
  error: Failure | null
  notices: readonly Notice[]
  /** From the moment a run begins until its `run.finished`. */
  running: boolean
  /** The run that began last, once the server has named it. */
  runId: string | null
  stopping: boolean
  /** The widget whose button was pressed and not yet answered. */
  acting: string | null
  /** The run that ended last, and the last item that it left; null when none has ended here. */
  ended: { runId: string; itemId: string | null } | null
}

export const EMPTY_THREAD: ThreadState = {
  title: null,
  items: [],
  streaming: new Set(),
  ends: new Map(),
  outgoing: [],
  waiting: [],
  progress: null,
  error: null,
  notices: [],
  running: false,
  runId: null,
  stopping: false,
  acting: null,
  ended: null,
}

/** Applies events in order; items that no event touched keep their identity. */
export function reduce(state: ThreadState, events: readonly ShownEvent[]): ThreadState {
  return events.reduce(apply, state)
}

function apply(state: ThreadState, event: ShownEvent): ThreadState {
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
          remedies: event.allow_retry ? ['retry'] : [],
        },
      }
    case 'run.queued':
      return addWaiting(state, event)
    case 'run.withdrawn':
      return withoutWaiting(state, event.run_id)
    case 'run.started':
      return startRun(state, event.run_id)
    case 'run.recovered':
      return { ...state, running: true, progress: 'Continuing…' }
    case 'run.finished':
      return finishRun(state, event)
    case 'message.accepted':
      return { ...state, outgoing: state.outgoing.filter(({ key }) => key !== event.key) }
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
    item.type === 'user_message' ? withoutMessage(state.outgoing, item) : state.outgoing
  return { ...putItem(state, item), streaming, outgoing, progress: null }
}

/** The message is here, also where it was thought lost. */
function withoutMessage(outgoing: readonly Outgoing[], item: UserMessageItem): readonly Outgoing[] {
  const text = textOf(item)
  const same = outgoing.filter((message) => message.text === text)
  const arrived = same.find(({ failure }) => failure === null) ?? same[0]
  return arrived ? outgoing.filter((message) => message !== arrived) : outgoing
}

function addWaiting(state: ThreadState, { run_id: runId, item }: RunQueued): ThreadState {
  const known =
    state.waiting.some((one) => one.runId === runId) || state.items.some(({ id }) => id === item.id)
  if (known) return state
  return {
    ...state,
    waiting: [...state.waiting, { runId, item }],
    outgoing: withoutMessage(state.outgoing, item),
  }
}

export function withoutWaiting(state: ThreadState, runId: string): ThreadState {
  return { ...state, waiting: state.waiting.filter((one) => one.runId !== runId) }
}

function startRun(state: ThreadState, runId: string): ThreadState {
  // The message leaves the queue and joins the conversation in one step, to be seen at all times.
  const item = state.waiting.find((one) => one.runId === runId)?.item
  const joined = item ? putItem(withoutWaiting(state, runId), item) : state
  return { ...joined, running: true, runId, error: null, progress: null }
}

function putItem(state: ThreadState, item: ThreadItem): ThreadState {
  const index = state.items.findLastIndex(({ id }) => id === item.id)
  const items = index < 0 ? [...state.items, item] : state.items.with(index, item)
  return { ...state, items }
}

function removeItem(state: ThreadState, itemId: string): ThreadState {
  const streaming = new Set(state.streaming)
  streaming.delete(itemId)
  return { ...state, streaming, items: state.items.filter(({ id }) => id !== itemId) }
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
  const seen = state.progress === null ? state : { ...state, progress: null }
  return changeItem(seen, itemId, (item) => {
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

function finishRun(state: ThreadState, event: RunFinished): ThreadState {
  const ends = withEnd(state.ends, state.items, event)
  const { run_id: runId, status } = event
  return {
    ...state,
    ends,
    // What it failed with is kept with its end, where there is one.
    error: ends === state.ends ? (state.error ?? failureOf({ status, error: null })) : null,
    streaming: new Set<string>(),
    progress: null,
    running: false,
    stopping: false,
    acting: null,
    ended: { runId, itemId: state.items.at(-1)?.id ?? null },
  }
}
