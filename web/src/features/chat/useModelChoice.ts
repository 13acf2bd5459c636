import { useQuery } from '@tanstack/react-query'
import { type Assistant, type Config, configQuery } from '@/api/config'
import { type ChatState, lastAsked } from './chatState'
import type { UserMessageItem } from './protocol'
import { useChat, useChatStore } from './useChat'

const KEY = 'taskchat.model'

type Wishes = {
  /** Chosen since the conversation was opened. */
  chosen: string | null
  /** What the last message asked for; undefined when there is none. */
  asked: string | null | undefined
  /** What was chosen last, in whichever conversation. */
  remembered: string | null
}

/** Null is whoever answers by default. */
function wishOf({ chosen, asked, remembered }: Wishes): string | null {
  return chosen ?? (asked === undefined ? remembered : asked)
}

type Offered = Pick<Config, 'assistant' | 'assistants'>

/** Whoever is not offered any more is passed over for the default. */
function find({ assistant, assistants }: Offered, wish: string | null): Assistant {
  return assistants.find(({ id }) => id === wish) ?? assistant
}

/** Who will answer. */
export function pickAssistant(offered: Offered, wishes: Wishes): Assistant {
  return find(offered, wishOf(wishes))
}

/**
 * Who answers a message again, where somebody else was chosen than it asked; undefined where it is
 * whom it asked.
 */
export function pickOther(
  offered: Offered,
  { chosen, asked }: Pick<Wishes, 'chosen' | 'asked'>,
): string | undefined {
  if (chosen === null) return undefined
  const { id } = find(offered, chosen)
  return id === find(offered, asked ?? null).id ? undefined : id
}

/** What a message names; null where there is nobody else, or no wish before it is known who there is. */
function modelFor(config: Config | undefined, wishes: Wishes): string | null {
  if (!config) return wishOf(wishes)
  return config.assistants.length > 1 ? pickAssistant(config, wishes).id : null
}

type ModelChoice = {
  assistants: readonly Assistant[]
  /** Undefined until it is known who there is. */
  current: Assistant | undefined
  /** What a message names, so that it is kept with it. */
  model: string | null
  choose: (id: string) => void
}

/** Who answers in the open conversation. */
export function useModelChoice(): ModelChoice {
  const store = useChatStore()
  const { data: config } = useQuery(configQuery())
  const chosen = useChat((chat: ChatState) => chat.model)
  const asked = useChat(lastAsked)
  const wishes = { chosen, asked, remembered: readRemembered() }
  return {
    assistants: config?.assistants ?? [],
    current: config && pickAssistant(config, wishes),
    model: modelFor(config, wishes),
    choose: (id) => {
      localStorage.setItem(KEY, id)
      store.chooseModel(id)
    },
  }
}

/** Who answers this message again, where the open conversation has somebody else chosen since. */
export function useOtherModel(question: UserMessageItem | undefined): string | undefined {
  const { data: config } = useQuery(configQuery())
  const chosen = useChat((chat) => chat.model)
  return config && pickOther(config, { chosen, asked: question?.inference_options?.model })
}

function readRemembered(): string | null {
  return localStorage.getItem(KEY)
}
