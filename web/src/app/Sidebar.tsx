import { useNavigate, useRouterState } from '@tanstack/react-router'
import { History, Trash2 } from 'lucide-react'
import type { Account } from '@/api/accounts'
import { FilterNav } from '@/features/projects/FilterNav'
import { ProjectNav } from '@/features/projects/ProjectNav'
import { readFilter, type TaskFilter } from '@/features/tasks/filter'
import { TagNav, TaskNav } from '@/features/tasks/TaskNav'
import { NAV_ITEM } from '@/ui/navItem'

type Props = {
  account: Account
  /** Somebody has chosen where to go. */
  onLeave?: () => void
}

/** Every place where tasks are found. */
export function Sidebar({ account, onLeave }: Props) {
  const navigate = useNavigate()
  const { pathname, search } = useRouterState({ select: (state) => state.location })
  const filter = pathname === '/dashboard' ? readFilter(search as Record<string, unknown>) : null

  function open(next: TaskFilter) {
    void navigate({ to: '/dashboard', search: next })
    onLeave?.()
  }

  function go(to: '/trash' | '/activity') {
    void navigate({ to })
    onLeave?.()
  }

  return (
    <nav aria-label="Tasks" className="relative h-full overflow-y-auto px-2.5 py-4">
      <TaskNav zone={account.timezone} filter={filter} onOpen={open} />
      <ProjectNav
        current={filter?.project ?? null}
        onOpen={(project) => open({ project })}
        onLeave={() => open({})}
      />
      <FilterNav current={filter?.filter ?? null} onOpen={(query) => open({ filter: query })} />
      <TagNav filter={filter} onOpen={open} />
      <ul className="mt-4 border-t pt-3">
        {[
          { to: '/activity', name: 'Activity', Icon: History } as const,
          { to: '/trash', name: 'Trash', Icon: Trash2 } as const,
        ].map(({ to, name, Icon }) => (
          <li key={to}>
            <button
              type="button"
              aria-current={pathname === to ? 'page' : undefined}
              onClick={() => go(to)}
              className={NAV_ITEM}
            >
              <Icon aria-hidden />
              {name}
            </button>
          </li>
        ))}
      </ul>
    </nav>
  )
}
