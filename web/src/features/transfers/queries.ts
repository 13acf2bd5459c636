import { queryOptions } from '@tanstack/react-query'
import { api, read } from '@/api/client'

export const feedQueries = {
  own: () =>
    queryOptions({
      queryKey: ['calendar-feed'],
      queryFn: ({ signal }) => read(api.GET('/api/calendar-feed', { signal })),
    }),
}

/** The address, which cannot be seen again. */
export function makeFeed() {
  return read(api.POST('/api/calendar-feed'))
}

export function revokeFeed() {
  return read(api.DELETE('/api/calendar-feed'))
}
