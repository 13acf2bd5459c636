import { useMutation, useQuery } from '@tanstack/react-query'
import { SettingsRow } from '@/ui/SettingsRow'
import { Switch } from '@/ui/Switch'
import { useToast } from '@/ui/Toast'
import { isSubscribed, pushProblem, subscribe, unsubscribe } from './push'

/** Whether this very browser is told, also while no page is open. */
export function PushRow() {
  const toast = useToast()
  const problem = pushProblem()
  const state = useQuery({ queryKey: ['push'], queryFn: isSubscribed, staleTime: 0 })
  const change = useMutation({
    mutationFn: (on: boolean) => (on ? subscribe() : unsubscribe()),
    onError: (error) => toast(error.message, 'danger'),
    onSettled: () => state.refetch(),
  })
  return (
    <SettingsRow
      name="In this browser"
      note={problem ?? 'Notifications, also while no page of TaskChat is open.'}
    >
      <Switch
        label="Notifications in this browser"
        hideLabel
        checked={change.isPending ? change.variables : (state.data ?? false)}
        disabled={problem !== null || change.isPending}
        onChange={(on) => change.mutate(on)}
      />
    </SettingsRow>
  )
}
