import type { components } from './schema.gen'

type Schemas = components['schemas']

export type Account = Schemas['Account']
export type Credentials = Schemas['LogIn']
export type Registration = Schemas['Register']
