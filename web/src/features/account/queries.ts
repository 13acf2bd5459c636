import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { Account, Credentials, Registration } from '@/api/accounts'
import { ApiError, api, read } from '@/api/client'

export const accountQueries = {
  /** Who is signed in; null when nobody is. */
  current: () =>
    queryOptions({
      queryKey: ['account'],
      queryFn: async ({ signal }): Promise<Account | null> => {
        try {
          return await read(api.GET('/api/auth/me', { signal }))
        } catch (error) {
          if (error instanceof ApiError && error.status === 401) return null
          throw error
        }
      },
      staleTime: Number.POSITIVE_INFINITY,
    }),
}

function useAccountCache() {
  const client = useQueryClient()
  return (account: Account) => client.setQueryData(accountQueries.current().queryKey, account)
}

export function useSignIn() {
  const remember = useAccountCache()
  return useMutation({
    mutationFn: (body: Credentials) => read(api.POST('/api/auth/login', { body })),
    onSuccess: remember,
  })
}

export function useSignUp() {
  const remember = useAccountCache()
  return useMutation({
    mutationFn: (body: Registration) => read(api.POST('/api/auth/register', { body })),
    onSuccess: remember,
  })
}

export function useSignOut() {
  return useMutation({ mutationFn: () => read(api.POST('/api/auth/logout')) })
}

export function useChangeZone() {
  const remember = useAccountCache()
  return useMutation({
    mutationFn: (timezone: string) => read(api.PATCH('/api/auth/me', { body: { timezone } })),
    onSuccess: remember,
  })
}
