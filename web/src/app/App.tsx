import { CSPProvider } from '@base-ui/react/csp-provider'
import { Tooltip } from '@base-ui/react/tooltip'
import { QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { accountQueries } from '@/features/account/queries'
import { useTheme } from '@/lib/theme'
import { ToastProvider } from '@/ui/Toast'
import { createQueryClient, forgetPrivateData } from './queryClient'
import { createAppRouter } from './router'

export function App() {
  const [queryClient] = useState(createQueryClient)
  const { dark } = useTheme()

  useEffect(() => {
    document.documentElement.classList.toggle('dark', dark)
  }, [dark])

  return (
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queryClient}>
        <ToastProvider>
          <Tooltip.Provider delay={500}>
            <GuardedRoutes />
          </Tooltip.Provider>
        </ToastProvider>
      </QueryClientProvider>
    </CSPProvider>
  )
}

/** Runs the route guards again whenever somebody signs in or out, here or in another tab. */
function GuardedRoutes() {
  const queryClient = useQueryClient()
  const [router] = useState(() => createAppRouter(queryClient))
  const { data: account } = useQuery({
    ...accountQueries.current(),
    // Another tab may have signed out, or in as someone else.
    refetchOnWindowFocus: 'always',
  })
  const id = account?.id ?? null
  const known = useRef(account === undefined ? undefined : id)

  useEffect(() => {
    if (account === undefined || known.current === id) return
    const isFirstAnswer = known.current === undefined
    known.current = id
    // The guards asked the same question on the way in: the first answer is no news to them.
    if (isFirstAnswer) return
    forgetPrivateData(queryClient)
    void router.invalidate()
  }, [account, id, queryClient, router])

  return <RouterProvider router={router} />
}
