import type { components } from './schema.gen'

type Schemas = components['schemas']

export type Notification = Schemas['Notification']
export type Snooze = Schemas['Snooze']
