import type { components } from '@/api/schema.gen'

type Schemas = components['schemas']

/** The schema makes a tag that has a default optional; the server always sends it. */
type Tagged<Union> = Union extends { type?: infer Tag }
  ? Union & { type: Exclude<Tag, undefined> }
  : never

/** What the ChatKit server streams. Null fields are absent on the wire, so read them with `??`. */
export type ThreadStreamEvent = Schemas['ThreadStreamEvent']
export type Thread = Schemas['Thread']
export type ThreadItem = Schemas['ThreadItem']
export type ItemUpdate = Tagged<Schemas['ThreadItemUpdatedEvent']['update']>

type ItemOf<Type extends ThreadItem['type']> = Extract<ThreadItem, { type: Type }>
export type UserMessageItem = ItemOf<'user_message'>
export type AssistantMessageItem = ItemOf<'assistant_message'>
export type WidgetItem = ItemOf<'widget'>
export type WorkflowItem = ItemOf<'workflow'>
export type WorkflowTask = WorkflowItem['workflow']['tasks'][number]

type RunStatus = 'completed' | 'stopped' | 'failed' | 'interrupted'
type OfRun<Type> = { type: Type; run_id: string }

/** A message that waits for the running answer to end; it is no item of the thread yet. */
export type RunQueued = OfRun<'run.queued'> & { item: UserMessageItem }

/** Our own first event of every run; `start` is the cursor before it. */
type RunStarted = OfRun<'run.started'> & { start: string }

export type TurnUsage = Schemas['TurnUsage']
/** How an answer ended, as the server keeps it; without usage nobody counts. */
export type TurnEnd = Schemas['TurnOut']

/**
 * Our own last event of every run: an end of the body without it is a broken connection. A run
 * that only tells of a click on a card has no more than its status. `item_id` is the message that
 * was answered; servers of before leave it out.
 */
export type RunFinished = OfRun<'run.finished'> & { status: RunStatus } & Partial<
    Pick<TurnEnd, 'item_id' | 'model' | 'instead_of' | 'changes' | 'error' | 'usage'>
  >

/** Another process goes on with the run; what had been shown and not kept was removed before. */
type RunRecovered = OfRun<'run.recovered'>

/** Our own: the cursor that was sent is not one of this server's log, as after a restored backup. */
type Resync = { type: 'resync' }

export type RunEvent =
  | ThreadStreamEvent
  | RunQueued
  | OfRun<'run.withdrawn'>
  | RunStarted
  | RunRecovered
  | RunFinished
  | Resync

export type Page<T> = { data: T[]; has_more: boolean; after?: string | null }

type Paging = { limit?: number; order?: 'asc' | 'desc'; after?: string }
export type FeedbackKind = 'positive' | 'negative'
export type Action = { type: string; payload?: unknown }

/** Requests answered with one JSON document; the key is the request, the value what it takes and gives. */
export type Exchanges = {
  'threads.list': { params: Paging; reply: Page<Thread> }
  'threads.get_by_id': { params: { thread_id: string }; reply: Thread }
  'threads.update': { params: { thread_id: string; title: string }; reply: Thread }
  'threads.delete': { params: { thread_id: string }; reply: object }
  'items.list': { params: Paging & { thread_id: string }; reply: Page<ThreadItem> }
  'items.feedback': {
    params: { thread_id: string; item_ids: string[]; kind: FeedbackKind }
    reply: object
  }
}

type UserInput = {
  content: { type: 'input_text'; text: string }[]
  attachments: string[]
  inference_options: { model?: string }
}

/** Who answers this once, instead of whom the message asks. */
type ThisOnce = { model?: string }

/** Requests that start a run and are answered with its events. */
export type Turn =
  | { type: 'threads.create'; params: { input: UserInput }; metadata?: ThisOnce }
  | {
      type: 'threads.add_user_message'
      params: { thread_id: string; input: UserInput }
      metadata?: ThisOnce
    }
  | {
      type: 'threads.retry_after_item'
      params: { thread_id: string; item_id: string }
      /** `edited_text` is what the message should say before it is answered again. */
      metadata?: ThisOnce & { edited_text?: string }
    }
  | {
      type: 'threads.custom_action'
      params: { thread_id: string; item_id: string; action: Action }
    }

export function withText(item: UserMessageItem, text: string): UserMessageItem {
  return { ...item, content: [{ type: 'input_text', text }] }
}

/** What a message says, and whom it asks, by id; null is whoever answers by default. */
export type Message = {
  text: string
  model: string | null
  /** Who answers it this once instead; null when nobody else does. */
  instead: string | null
}

export function messageTurn(threadId: string | null, { text, model, instead }: Message): Turn {
  const input: UserInput = {
    content: [{ type: 'input_text', text }],
    attachments: [],
    inference_options: model === null ? {} : { model },
  }
  const once = instead === null ? {} : { metadata: { model: instead } }
  return threadId === null
    ? { type: 'threads.create', params: { input }, ...once }
    : { type: 'threads.add_user_message', params: { thread_id: threadId, input }, ...once }
}

export function textOf(item: UserMessageItem | AssistantMessageItem): string {
  return item.content.map((part) => part.text).join('')
}
