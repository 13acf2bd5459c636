import type { MarkedToken } from 'marked'
import { memo, useMemo } from 'react'
import { cn } from '@/lib/cn'
import { each, renderToken } from './markdownElements'
import { readMarkdown } from './markdownTokens'
import './markdown.css'

type Props = { text: string; streaming?: boolean }

/** Markdown as React elements: see renderToken for what is left out and why. */
export const Markdown = memo(function Markdown({ text, streaming = false }: Props) {
  const tokens = useMemo(() => readMarkdown(text), [text])
  return (
    <div className={cn('markdown', streaming && 'markdown-streaming')}>
      {each(tokens, (token) => (
        <Block token={token} />
      ))}
    </div>
  )
})

/** While text streams in, only the last block differs from one paint to the next. */
const Block = memo(
  ({ token }: { token: MarkedToken }) => renderToken(token),
  (before, after) => before.token.raw === after.token.raw,
)
