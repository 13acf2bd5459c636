import { useNavigate } from '@tanstack/react-router'

/** The ways from a notice to what it is about. */
export function useNoticeLinks() {
  const navigate = useNavigate()
  return {
    onOpenTask: (number: number) => void navigate({ to: '/dashboard', search: { task: number } }),
    onOpenToday: () => void navigate({ to: '/dashboard', search: { due: 'today' } }),
  }
}
