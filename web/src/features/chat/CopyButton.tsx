import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { IconButton } from '@/ui/IconButton'

const CONFIRMED_MS = 1500

type Props = { text: string }

export function CopyButton({ text }: Props) {
  const [copied, setCopied] = useState(false)

  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), CONFIRMED_MS)
    return () => clearTimeout(timer)
  }, [copied])

  // Browsers give the clipboard to https and localhost only.
  if (!navigator.clipboard) return null

  function copy() {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  }

  return (
    <IconButton label={copied ? 'Copied' : 'Copy'} size="icon-sm" onClick={copy}>
      {copied ? <Check className="text-ok" /> : <Copy />}
    </IconButton>
  )
}
