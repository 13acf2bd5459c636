const PARAMETER = 't'

/** The thread that the page's address names. */
export function readThreadId(): string | null {
  return new URLSearchParams(window.location.search).get(PARAMETER)
}

/** Names the thread in the address without a step in the history, whichever router is in use. */
export function writeThreadId(threadId: string | null): void {
  if (readThreadId() === threadId) return
  const url = new URL(window.location.href)
  if (threadId === null) url.searchParams.delete(PARAMETER)
  else url.searchParams.set(PARAMETER, threadId)
  // Routers keep their own notes in history.state.
  window.history.replaceState(window.history.state, '', url)
}

/** Calls `listener` whenever anyone changed the address. */
export function onAddressChange(listener: () => void): () => void {
  const { navigation } = window
  // Routers that set their own search parameters drop the ones that they do not know.
  navigation?.addEventListener('currententrychange', listener)
  window.addEventListener('popstate', listener)
  return () => {
    navigation?.removeEventListener('currententrychange', listener)
    window.removeEventListener('popstate', listener)
  }
}
