import { Markdown } from './Markdown'
import { Notice } from './Notice'
import { ProblemText } from './ProblemText'
import { useChat, useChatStore } from './useChat'

/** What the server has to say beside the conversation, and why it refused something. */
export function NoticeList() {
  const store = useChatStore()
  const notices = useChat((chat) => chat.notices)
  const problem = useChat((chat) => (chat.phase === 'unavailable' ? null : chat.problem))
  if (notices.length === 0 && problem === null) return null
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-col gap-2 px-3 pb-2">
      {notices.map((notice) => (
        <Notice
          key={notice.message}
          level={notice.level}
          onDismiss={() => store.dismissNotice(notice.message)}
        >
          {notice.title !== null && <p className="font-medium">{notice.title}</p>}
          <Markdown text={notice.message} />
        </Notice>
      ))}
      {problem !== null && (
        <Notice level="danger" urgent onDismiss={store.dismissProblem}>
          <ProblemText problem={problem} />
        </Notice>
      )}
    </div>
  )
}
