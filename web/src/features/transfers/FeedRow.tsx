import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { dateLocale } from '@/lib/locale'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { Input } from '@/ui/Input'
import { SettingsRow } from '@/ui/SettingsRow'
import { useToast } from '@/ui/Toast'
import { feedQueries, makeFeed, revokeFeed } from './queries'

type Props = { zone: string }

/** The private address for calendar programs; it can be seen only when it is made. */
export function FeedRow({ zone }: Props) {
  const client = useQueryClient()
  const toast = useToast()
  const { data: feed } = useQuery(feedQueries.own())
  const options = {
    onError: (error: Error) => toast(error.message, 'danger'),
    onSettled: () => client.invalidateQueries({ queryKey: feedQueries.own().queryKey }),
  }
  const make = useMutation({ ...options, mutationFn: makeFeed })
  const revoke = useMutation({
    ...options,
    mutationFn: revokeFeed,
    onSuccess: () => {
      make.reset()
      toast('The address is worth nothing any more')
    },
  })
  const isBusy = make.isPending || revoke.isPending

  return (
    <div>
      <SettingsRow name="Calendar address" note={noteFor(feed?.created_at ?? null, zone)}>
        <div className="flex gap-2">
          {feed?.exists && (
            <Button variant="danger" disabled={isBusy} onClick={() => revoke.mutate()}>
              Revoke
            </Button>
          )}
          <Button disabled={isBusy} onClick={() => make.mutate()}>
            {feed?.exists ? 'Make a new one' : 'Make an address'}
          </Button>
        </div>
      </SettingsRow>
      {make.data && (
        <div className="grid gap-1.5 px-4 pb-4">
          <Address url={make.data.url} />
          <p className="text-xs text-muted-fg">
            Copy it now: it is not shown again. Whoever knows it can read your open tasks that have
            a date. For a calendar that shows no to-dos, add <code>?as=events</code>.
          </p>
        </div>
      )}
    </div>
  )
}

function Address({ url }: { url: string }) {
  const [copied, setCopied] = useState(false)
  const toast = useToast()

  function copy() {
    navigator.clipboard.writeText(url).then(
      () => setCopied(true),
      () => toast('This browser does not let the page copy; select the address and copy it.'),
    )
  }

  return (
    <div className="flex gap-2">
      <Input
        readOnly
        aria-label="Calendar address"
        value={url}
        onFocus={(event) => event.currentTarget.select()}
        className="font-mono text-xs"
      />
      <IconButton
        label={copied ? 'Copied' : 'Copy the address'}
        variant="outline"
        className="size-9"
        onClick={copy}
      >
        {copied ? <Check /> : <Copy />}
      </IconButton>
    </div>
  )
}

function noteFor(createdAt: string | null, zone: string): string {
  if (createdAt === null) return 'Shows your tasks in a calendar program. There is none yet.'
  const format = new Intl.DateTimeFormat(dateLocale(), { dateStyle: 'medium', timeZone: zone })
  return `Made on ${format.format(new Date(createdAt))}. A new one takes its place.`
}
