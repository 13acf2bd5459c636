import type { Task } from './tasks'

type Thread = { id: string; title: string | null; created_at: string }

/** What `/api/events` tells: one JSON object in each event's data. */
export type LiveEvent =
  | { type: 'ready' | 'resync' | 'tasks.changed' }
  | { type: 'task.created' | 'task.updated'; task: Task }
  | { type: 'task.deleted'; id: string; number: number }
  | { type: 'thread.created' | 'thread.updated'; thread: Thread }
  | { type: 'thread.deleted'; thread_id: string }
  | { type: 'run.started'; thread_id: string; run_id: string }
  | { type: 'run.finished'; thread_id: string; run_id: string; status: string }
