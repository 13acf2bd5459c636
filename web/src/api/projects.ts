import type { components } from './schema.gen'

type Schemas = components['schemas']

export type Project = Schemas['ProjectOut']
export type ProjectChange = Schemas['EditProject']
