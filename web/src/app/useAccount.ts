import { useSuspenseQuery } from '@tanstack/react-query'
import type { Account } from '@/api/accounts'
import { accountQueries } from '@/features/account/queries'

/** Who is signed in; only for pages behind the guard. Null in the moment of signing out. */
export function useAccount(): Account | null {
  return useSuspenseQuery(accountQueries.current()).data
}
