import '@testing-library/jest-dom/vitest'
import { cleanup } from '@testing-library/react'
import { afterEach, beforeEach, vi } from 'vitest'
import { ScriptedEventSource } from './ScriptedEventSource'

// jsdom has no layout and so no media queries, and no EventSource.
beforeEach(() => {
  if (typeof window === 'undefined') return
  vi.stubGlobal('EventSource', ScriptedEventSource)
  vi.stubGlobal('matchMedia', (media: string) =>
    Object.assign(new EventTarget(), { media, matches: false }),
  )
})

afterEach(cleanup)
