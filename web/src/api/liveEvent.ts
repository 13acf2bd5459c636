import type { ConnectionEvent } from '@/lib/followLive'
import type { Task } from './tasks'

type Thread = { id: string; title: string | null; created_at: string }

/** One event of a running answer, with its place in the stream of its thread. */
export type AnswerEvent = {
  type: 'thread.event'
  thread_id: string
  /** The cursor of the event before it on this thread. */
  previous: string
  cursor: string
  event: unknown
}

/** What `/api/events` tells: one JSON object in each event's data. */
export type LiveEvent =
  | ConnectionEvent
  | AnswerEvent
  | { type: 'ready' | 'resync' | 'tasks.changed' | 'projects.changed' }
  | { type: 'task.created' | 'task.updated'; task: Task }
  | { type: 'task.deleted'; id: string; number: number }
  | { type: 'reminder.due'; task: Task; late: boolean }
  | { type: 'reminder.snoozed'; task_id: string; number: number; fires_at: string }
  | { type: 'digest.ready'; date: string; due_today: number; overdue: number }
  | { type: 'thread.created' | 'thread.updated'; thread: Thread }
  | { type: 'thread.deleted'; thread_id: string }
  | { type: 'run.started'; thread_id: string; run_id: string; start: string }
  | { type: 'run.finished'; thread_id: string; run_id: string; status: string }

/** The newest event of an answer tells a tab that joins how far the others have come with it. */
export function topicOf(event: unknown): string | null {
  const told = event as LiveEvent
  return told.type === 'thread.event' ? told.thread_id : null
}
