import { TaskChat } from '@/features/chat/TaskChat'

export function ChatPage() {
  return (
    <main
      id="main"
      tabIndex={-1}
      className="outline-none mx-auto min-h-0 w-full max-w-4xl bg-surface min-[56rem]:border-x"
    >
      <title>Chat · TaskChat</title>
      <h1 className="sr-only">Chat</h1>
      <TaskChat />
    </main>
  )
}
