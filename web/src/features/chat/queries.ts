import { infiniteQueryOptions } from '@tanstack/react-query'
import { Transport } from './transport'

const PAGE_SIZE = 30

export function conversationsQuery() {
  return infiniteQueryOptions({
    queryKey: ['chat', 'conversations'],
    queryFn: ({ pageParam, signal }) =>
      new Transport().ask(
        'threads.list',
        { limit: PAGE_SIZE, order: 'desc', ...(pageParam === null ? {} : { after: pageParam }) },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page.has_more ? (page.after ?? null) : null),
    staleTime: 0,
  })
}

export async function renameConversation(rename: { id: string; title: string }): Promise<void> {
  await new Transport().ask('threads.update', { thread_id: rename.id, title: rename.title })
}

export async function deleteConversation(id: string): Promise<void> {
  await new Transport().ask('threads.delete', { thread_id: id })
}
