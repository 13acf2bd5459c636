import type { components, paths } from './schema.gen'

type Schemas = components['schemas']

export type Task = Schemas['TaskOut']
export type TaskPage = Schemas['TaskPage']
export type NewTask = Schemas['CreateTask']
export type TaskChange = Schemas['TaskEdit']
export type BulkEdit = Schemas['BulkEdit']
export type Status = Task['status']
export type Priority = Task['priority']
export type Scope = Schemas['Scope']

export type TaskListQuery = NonNullable<paths['/api/tasks']['get']['parameters']['query']>
export type Sort = NonNullable<TaskListQuery['sort']>
