import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useSignOut } from '@/features/account/queries'
import { unsubscribe } from '@/features/notices/push'
import { useToast } from '@/ui/Toast'
import { forgetAccount } from './queryClient'

/** Ends the session on the server, then leaves the pages behind the guard. */
export function useSignOutHere(): () => Promise<void> {
  const client = useQueryClient()
  const router = useRouter()
  const signOut = useSignOut()
  const toast = useToast()
  return async () => {
    // Whoever signs in here next must not be shown the reminders of this person.
    await unsubscribe().catch(() => undefined)
    signOut.mutate(undefined, {
      onSuccess: () => {
        forgetAccount(client)
        // Ahead of the guards, which would note the page to come back to: whoever signs in next
        // may be someone else.
        void router.navigate({ to: '/login', replace: true })
      },
      onError: (error) => toast(error.message, 'danger'),
    })
  }
}
