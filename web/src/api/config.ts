import { queryOptions } from '@tanstack/react-query'
import { api, read } from './client'
import type { components } from './schema.gen'

export type Assistant = components['schemas']['AssistantOut']
export type Config = components['schemas']['Config']

/** What a page must know before anyone signs in: who can answer, and whether one may sign up. */
export function configQuery() {
  return queryOptions({
    queryKey: ['config'],
    queryFn: ({ signal }) => read(api.GET('/api/config', { signal })),
    staleTime: 5 * 60_000,
  })
}
