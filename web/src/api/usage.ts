import type { components } from './schema.gen'

type Schemas = components['schemas']

export type Usage = Schemas['Usage']
export type Totals = Schemas['TotalsOut']

/** What a check of a model found, and what it took. */
export type CheckOutcome = Schemas['CheckOut']
export type Finding = Schemas['FindingOut']
