import type { components } from './schema.gen'

/** What an import does, or would do. */
export type Brought = components['schemas']['Brought']
