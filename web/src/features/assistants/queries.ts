import { queryOptions } from '@tanstack/react-query'
import { api, read } from '@/api/client'
import type { CheckOutcome } from '@/api/usage'

export const DAYS = 30

export const usageQueries = {
  own: () =>
    queryOptions({
      queryKey: ['usage', DAYS],
      queryFn: ({ signal }) =>
        read(api.GET('/api/usage', { params: { query: { days: DAYS } }, signal })),
      staleTime: 0,
    }),
}

/** Asks a model a few short questions; takes up to a minute. */
export function checkAssistant(model: string): Promise<CheckOutcome> {
  return read(api.POST('/api/assistants/check', { body: { model } }))
}
