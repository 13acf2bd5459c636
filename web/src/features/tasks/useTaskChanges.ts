import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import type { LiveEvent } from '@/api/liveEvent'
import { refetchTasks } from '@/api/queryKeys'
import { useLiveEvent } from '@/lib/liveEvents'
import { removeTask, replaceTask } from './cache'
import { patchLists } from './queries'

/** New tasks show at once; a burst of them costs one refetch. */
const SOON_MS = 80
/** A changed row is patched in place first, and leaves a list it no longer fits after this. */
const LATER_MS = 900

/** Keeps every task list true to what other tabs, devices and the assistant do. */
export function useTaskChanges(): void {
  const client = useQueryClient()
  const pending = useRef<{ timer: ReturnType<typeof setTimeout>; at: number }>(undefined)

  function refetchWithin(delay: number) {
    const at = performance.now() + delay
    if (pending.current && pending.current.at <= at) return
    clearTimeout(pending.current?.timer)
    const timer = setTimeout(() => {
      pending.current = undefined
      void refetchTasks(client)
    }, delay)
    pending.current = { timer, at }
  }

  useEffect(() => () => clearTimeout(pending.current?.timer), [])

  useEffect(() => {
    // A page restored from the back/forward cache has heard nothing while it was away.
    const shown = (event: PageTransitionEvent) => event.persisted && refetchTasks(client)
    window.addEventListener('pageshow', shown)
    return () => window.removeEventListener('pageshow', shown)
  }, [client])

  useLiveEvent((event: LiveEvent) => {
    if (event.type === 'task.updated') {
      patchLists(client, (pages) => replaceTask(pages, event.task))
      refetchWithin(LATER_MS)
    } else if (event.type === 'task.deleted') {
      patchLists(client, (pages) => removeTask(pages, event.id))
      refetchWithin(LATER_MS)
    } else if (REFETCHING.has(event.type)) {
      refetchWithin(SOON_MS)
    }
  })
}

const REFETCHING: ReadonlySet<LiveEvent['type']> = new Set([
  'ready',
  'resync',
  'task.created',
  'tasks.changed',
  'projects.changed',
])
