import { useInfiniteQuery } from '@tanstack/react-query'
import { Alert } from '@/ui/Alert'
import { Button } from '@/ui/Button'
import { Skeleton } from '@/ui/Skeleton'
import { ChangeSetItem } from './ChangeSetItem'
import { groupChanges } from './feed'
import { historyQueries } from './queries'

type Props = { zone: string }

/** Who changed what, newest first; each change can be taken back from here. */
export function ActivityFeed({ zone }: Props) {
  const feed = useInfiniteQuery(historyQueries.feed())

  if (feed.isPending) {
    return (
      <div role="status" aria-label="Loading" className="grid gap-3">
        <Skeleton className="h-14" />
        <Skeleton className="h-14" />
      </div>
    )
  }
  if (!feed.data) return <Alert>{feed.error.message}</Alert>
  const sets = groupChanges(feed.data.pages.flatMap((page) => page.items))
  if (sets.length === 0) return <p className="text-sm text-muted-fg">Nothing has happened yet.</p>

  return (
    <>
      <ol aria-label="Changes" className="divide-y rounded-xl border bg-surface">
        {sets.map((set) => (
          <ChangeSetItem key={set.id} set={set} zone={zone} />
        ))}
      </ol>
      {feed.hasNextPage && (
        <Button
          className="justify-self-center"
          disabled={feed.isFetchingNextPage}
          onClick={() => feed.fetchNextPage()}
        >
          {feed.isFetchingNextPage ? 'Loading…' : 'Load more'}
        </Button>
      )}
    </>
  )
}
