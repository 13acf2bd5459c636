import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, read, readChange } from '@/api/client'
import type { Project, ProjectChange } from '@/api/projects'
import { QUERY_KEYS, refetchTasks } from '@/api/queryKeys'
import { useHistory } from '@/features/history/history'
import { useToast } from '@/ui/Toast'

export const projectQueries = {
  all: () =>
    queryOptions({
      queryKey: [...QUERY_KEYS.projects],
      queryFn: async ({ signal }) => (await read(api.GET('/api/projects', { signal }))).items,
      refetchOnMount: 'always',
    }),
}

export const filterQueries = {
  all: () =>
    queryOptions({
      queryKey: [...QUERY_KEYS.filters],
      queryFn: async ({ signal }) => (await read(api.GET('/api/filters', { signal }))).items,
    }),
}

export function useCreateProject() {
  const client = useQueryClient()
  const { tell } = useHistory()
  return useMutation({
    mutationFn: (body: { name: string; color: string }) =>
      readChange(api.POST('/api/projects', { body })),
    onSuccess: ({ data, changeSet }) => {
      tell({ changeSet, text: `Made the project ${data.name}` })
      return client.invalidateQueries({ queryKey: QUERY_KEYS.projects })
    },
  })
}

type ProjectEdit = { project: Project; change: ProjectChange; text: string }

export function useEditProject() {
  const client = useQueryClient()
  const { tell } = useHistory()
  const { queryKey } = projectQueries.all()
  return useMutation({
    mutationFn: ({ project, change }: ProjectEdit) =>
      readChange(
        api.PATCH('/api/projects/{project_id}', {
          params: { path: { project_id: project.id } },
          body: { ...change, version: project.version },
        }),
      ),
    onSuccess: ({ data, changeSet }, { text }) => {
      client.setQueryData(queryKey, (all) => all?.map((one) => (one.id === data.id ? data : one)))
      tell({ changeSet, text })
    },
    onSettled: () => refetchTasks(client),
  })
}

export function useDeleteProject() {
  const client = useQueryClient()
  const { tell } = useHistory()
  return useMutation({
    mutationFn: ({ id }: Project) =>
      readChange(
        api.DELETE('/api/projects/{project_id}', { params: { path: { project_id: id } } }),
      ),
    onSuccess: ({ changeSet }, { name }) => {
      tell({ changeSet, text: `Deleted the project ${name}` })
      return refetchTasks(client)
    },
  })
}

export function useSaveFilter() {
  const client = useQueryClient()
  const toast = useToast()
  return useMutation({
    mutationFn: (body: { name: string; query: string }) => read(api.PUT('/api/filters', { body })),
    onSuccess: ({ name }) => {
      toast(`Saved the filter ${name}`)
      return client.invalidateQueries({ queryKey: QUERY_KEYS.filters })
    },
  })
}

/** Filters have no undo on the server: saving the same words again is the way back. */
export function useDeleteFilter() {
  const client = useQueryClient()
  const toast = useToast()
  const save = useSaveFilter()
  return useMutation({
    mutationFn: ({ id }: { id: string; name: string; query: string }) =>
      read(api.DELETE('/api/filters/{filter_id}', { params: { path: { filter_id: id } } })),
    onSuccess: (_nothing, { name, query }) => {
      toast(`Deleted the filter ${name}`, 'neutral', {
        actions: [{ label: 'Undo', run: () => save.mutate({ name, query }) }],
      })
      return client.invalidateQueries({ queryKey: QUERY_KEYS.filters })
    },
    onError: (error) => toast(error.message, 'danger'),
  })
}
