import type { components } from './schema.gen'

type Schemas = components['schemas']

export type ActivityPage = Schemas['ActivityPage']
export type Activity = Schemas['ActivityOut']
export type Reverted = Schemas['Reverted']
export type FieldConflict = Schemas['FieldConflictOut']
