import type { KeyboardEvent } from 'react'

/** Whether a key belongs to an input method, as where several keys write one character. */
export function isComposing(event: KeyboardEvent): boolean {
  // Safari ends a composition before the Enter that did so, and tells it by the old key code.
  return event.nativeEvent.isComposing || event.keyCode === 229
}
