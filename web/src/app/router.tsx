import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { accountQueries } from '@/features/account/queries'
import { SignIn } from '@/features/account/SignIn'
import { SignUp } from '@/features/account/SignUp'
import { readFilter, type TaskFilter } from '@/features/tasks/filter'
import { safeRedirect } from '@/lib/redirect'
import { ActivityPage } from './ActivityPage'
import { ChatPage } from './ChatPage'
import { DashboardPage } from './DashboardPage'
import { NotFoundPage } from './NotFoundPage'
import { SettingsPage } from './SettingsPage'
import { Shell } from './Shell'
import { Starting } from './Starting'
import { StartupError } from './StartupError'
import { TrashPage } from './TrashPage'
import { Workspace } from './Workspace'

type Context = { queryClient: QueryClient }

const HOME = '/dashboard'

const root = createRootRouteWithContext<Context>()({
  component: Outlet,
  notFoundComponent: NotFoundPage,
  errorComponent: StartupError,
  pendingComponent: Starting,
})

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: HOME, replace: true })
  },
})

const signedOut = createRoute({
  getParentRoute: () => root,
  id: 'signed-out',
  validateSearch: (search: Record<string, unknown>): { redirect?: string } =>
    typeof search.redirect === 'string' ? { redirect: search.redirect } : {},
  beforeLoad: async ({ context, search }) => {
    const account = await context.queryClient.ensureQueryData(accountQueries.current())
    if (account) throw redirect({ href: safeRedirect(search.redirect, HOME), replace: true })
  },
})

const login = createRoute({
  getParentRoute: () => signedOut,
  path: '/login',
  component: function LoginPage() {
    return <SignIn redirect={login.useSearch().redirect} />
  },
})

const register = createRoute({
  getParentRoute: () => signedOut,
  path: '/register',
  component: function RegisterPage() {
    return <SignUp redirect={register.useSearch().redirect} />
  },
})

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    const account = await context.queryClient.ensureQueryData(accountQueries.current())
    if (!account) {
      const wanted = location.href === HOME ? {} : { redirect: location.href }
      throw redirect({ to: '/login', search: wanted, replace: true })
    }
  },
})

const workspace = createRoute({
  getParentRoute: () => signedIn,
  id: 'workspace',
  component: Workspace,
})

/** `task` is the number or the id of the one that is open. */
type DashboardSearch = TaskFilter & { task?: string | number }

function readTask(task: unknown): Pick<DashboardSearch, 'task'> {
  const isReference = typeof task === 'number' || (typeof task === 'string' && task !== '')
  return isReference ? { task } : {}
}

const dashboard = createRoute({
  getParentRoute: () => workspace,
  path: '/dashboard',
  validateSearch: (search: Record<string, unknown>): DashboardSearch => ({
    ...readFilter(search),
    ...readTask(search.task),
  }),
  component: DashboardPage,
})

const trash = createRoute({
  getParentRoute: () => workspace,
  path: '/trash',
  component: TrashPage,
})

const activity = createRoute({
  getParentRoute: () => workspace,
  path: '/activity',
  component: ActivityPage,
})

const chat = createRoute({
  getParentRoute: () => signedIn,
  path: '/chat',
  component: ChatPage,
})

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  component: SettingsPage,
})

const routeTree = root.addChildren([
  home,
  signedOut.addChildren([login, register]),
  signedIn.addChildren([workspace.addChildren([dashboard, trash, activity]), chat, settings]),
])

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({ routeTree, context: { queryClient }, defaultPreload: false })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
