import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from '@/api/client'
import { configQuery } from '@/api/config'
import { accountQueries } from '@/features/account/queries'

const MAX_RETRIES = 2

/** Once the server says that the session is over, nobody is signed in and the guards act on that. */
export function createQueryClient(): QueryClient {
  const onError = (error: Error) => {
    if (error instanceof ApiError && error.code === 'unauthenticated') forgetAccount(client)
  }
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: { queries: { staleTime: 30_000, retry: isWorthRetrying } },
  })
  return client
}

export function forgetAccount(client: QueryClient): void {
  client.setQueryData(accountQueries.current().queryKey, null)
}

/** Drops what belongs to whoever was signed in before. */
export function forgetPrivateData(client: QueryClient): void {
  const open = [accountQueries.current().queryKey[0], configQuery().queryKey[0]]
  void client.resetQueries({ predicate: ({ queryKey }) => !open.includes(String(queryKey[0])) })
}

function isWorthRetrying(failures: number, error: Error): boolean {
  const refused = error instanceof ApiError && error.status >= 400 && error.status < 500
  return !refused && failures < MAX_RETRIES
}
