import { Link } from '@tanstack/react-router'

export function NotFoundPage() {
  return (
    <main className="grid min-h-dvh content-center justify-items-center gap-2 px-4 text-center">
      <title>Not found · TaskChat</title>
      <h1 className="text-xl font-semibold tracking-tight">There is nothing here</h1>
      <p className="text-sm text-muted-fg">The address may be mistyped, or the page has gone.</p>
      <Link to="/dashboard" className="link mt-2 text-sm">
        Go to your tasks
      </Link>
    </main>
  )
}
