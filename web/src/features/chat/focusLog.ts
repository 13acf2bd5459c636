import type { MouseEvent } from 'react'

/** Keeps the focus in the messages when the button that was pressed is about to go. */
export function focusLog(event: MouseEvent<HTMLElement>): void {
  const log = event.currentTarget.closest<HTMLElement>('[role="log"]')
  log?.focus({ preventScroll: true })
}
