import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { LiveEvent } from '@/api/liveEvent'
import { useLiveEvent } from '@/lib/liveEvents'
import { Button } from '@/ui/Button'
import { Skeleton } from '@/ui/Skeleton'
import { useToast } from '@/ui/Toast'
import { ConversationRow } from './ConversationRow'
import { DeleteConversation } from './DeleteConversation'
import type { Thread } from './protocol'
import { conversationsQuery, deleteConversation, renameConversation } from './queries'
import { useChat } from './useChat'

type Props = { onOpen: (threadId: string | null) => void }

export function Conversations({ onOpen }: Props) {
  const openId = useChat((chat) => chat.threadId)
  const conversations = useInfiniteQuery(conversationsQuery())
  const client = useQueryClient()
  const toast = useToast()
  const [deleting, setDeleting] = useState<Thread | null>(null)
  const list = useRef<HTMLElement>(null)
  const refresh = () => client.invalidateQueries({ queryKey: conversationsQuery().queryKey })
  const outcome = {
    onSuccess: refresh,
    onError: (error: Error) => toast(error.message, 'danger'),
  }
  const rename = useMutation({ mutationFn: renameConversation, ...outcome })
  const remove = useMutation({ mutationFn: deleteConversation, ...outcome })

  useEffect(() => list.current?.focus(), [])

  useLiveEvent<LiveEvent>((event) => {
    if (REFRESHING.has(event.type)) void refresh()
  })

  function confirmDelete(thread: Thread) {
    setDeleting(null)
    remove.mutate(thread.id, {
      onSuccess: () => thread.id === openId && onOpen(null),
    })
  }

  const threads = conversations.data?.pages.flatMap((page) => page.data) ?? []
  return (
    <nav
      ref={list}
      aria-label="Conversations"
      tabIndex={-1}
      className="absolute inset-0 overflow-y-auto overscroll-contain bg-surface p-2 outline-none"
    >
      {conversations.isPending && <ListSkeleton />}
      {conversations.isError && (
        <p role="alert" className="p-4 text-center text-sm text-muted-fg">
          {conversations.error.message}
        </p>
      )}
      {conversations.isSuccess && threads.length === 0 && (
        <p className="p-8 text-center text-sm text-muted-fg">No conversations yet.</p>
      )}
      <ul className="mx-auto flex max-w-3xl flex-col gap-0.5">
        {threads.map((thread) => (
          <ConversationRow
            key={thread.id}
            thread={thread}
            open={thread.id === openId}
            onOpen={() => onOpen(thread.id)}
            onRename={(title) => rename.mutate({ id: thread.id, title })}
            onDelete={() => setDeleting(thread)}
          />
        ))}
      </ul>
      {conversations.hasNextPage && (
        <Button
          size="sm"
          variant="ghost"
          className="mx-auto mt-2 flex"
          disabled={conversations.isFetchingNextPage}
          onClick={() => void conversations.fetchNextPage()}
        >
          {conversations.isFetchingNextPage ? 'Loading…' : 'Show more'}
        </Button>
      )}
      <DeleteConversation
        thread={deleting}
        onCancel={() => setDeleting(null)}
        onConfirm={confirmDelete}
      />
    </nav>
  )
}

const REFRESHING: ReadonlySet<LiveEvent['type']> = new Set([
  'thread.created',
  'thread.updated',
  'thread.deleted',
  'ready',
  'resync',
])

function ListSkeleton() {
  return (
    <div role="status" aria-label="Loading conversations" className="grid gap-2 p-2">
      <Skeleton className="h-6 w-3/4" />
      <Skeleton className="h-6 w-1/2" />
      <Skeleton className="h-6 w-2/3" />
    </div>
  )
}
