/** The path to go to after signing in; anything that could leave this site becomes the fallback. */
export function safeRedirect(wanted: string | undefined, fallback: string): string {
  if (!wanted?.startsWith('/')) return fallback
  const { origin } = window.location
  const url = URL.parse(wanted, origin)
  return url?.origin === origin ? url.pathname + url.search + url.hash : fallback
}
