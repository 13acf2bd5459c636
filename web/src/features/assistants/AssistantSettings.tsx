import { useQuery } from '@tanstack/react-query'
import { configQuery } from '@/api/config'
import { SettingsSection } from '@/ui/SettingsRow'
import { AssistantRow } from './AssistantRow'

/** Who answers in the chat, and whether they can. */
export function AssistantSettings() {
  const { data } = useQuery(configQuery())
  return (
    <SettingsSection title="Assistant">
      {data?.assistants.map((assistant) => (
        <AssistantRow
          key={assistant.id}
          assistant={assistant}
          isDefault={assistant.id === data.assistant.id}
        />
      ))}
    </SettingsSection>
  )
}
