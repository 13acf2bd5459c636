import { getRouteApi } from '@tanstack/react-router'
import { MessageCircle } from 'lucide-react'
import { useState } from 'react'
import { TaskChat } from '@/features/chat/TaskChat'
import type { TaskFilter } from '@/features/tasks/filter'
import { TasksView } from '@/features/tasks/TasksView'
import { useMediaQuery } from '@/lib/useMediaQuery'
import { Button } from '@/ui/Button'
import { Sheet } from '@/ui/Sheet'
import { useAccount } from './useAccount'

const route = getRouteApi('/signed-in/workspace/dashboard')

/** The list and the conversation side by side; where that is too tight, the chat slides over. */
export function DashboardPage() {
  const account = useAccount()
  const { task, ...filter } = route.useSearch()
  const navigate = route.useNavigate()
  const isWide = useMediaQuery('(min-width: 900px)')
  if (!account) return null

  function showFiltered(next: TaskFilter) {
    void navigate({ search: next, replace: true })
  }

  return (
    <div className="grid min-h-0 grid-rows-[minmax(0,1fr)] min-[900px]:grid-cols-[minmax(0,1fr)_26rem]">
      <title>Tasks · TaskChat</title>
      <main id="main" tabIndex={-1} className="relative min-h-0 outline-none overflow-y-auto">
        <TasksView
          zone={account.timezone}
          filter={filter}
          onFilterChange={showFiltered}
          asked={task?.toString()}
          onAskedClose={() => showFiltered(filter)}
        />
      </main>
      {isWide ? (
        <aside aria-label="Assistant" className="min-h-0 border-l bg-surface">
          <TaskChat />
        </aside>
      ) : (
        <ChatSheet />
      )}
    </div>
  )
}

function ChatSheet() {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button
        variant="primary"
        onClick={() => setOpen(true)}
        className="fixed right-4 bottom-4 z-30 h-11 rounded-full px-4 shadow-popup"
      >
        <MessageCircle aria-hidden />
        Ask the assistant
      </Button>
      <Sheet open={open} onOpenChange={setOpen} title="Assistant" back="Back to your tasks">
        <TaskChat />
      </Sheet>
    </>
  )
}
