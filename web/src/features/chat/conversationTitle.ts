/** The server names a conversation by its first message; until then it has no title. */
export function titleOf(thread: { title?: string | null }): string {
  return thread.title || 'Untitled conversation'
}
