import { lexer, type MarkedToken, type Token } from 'marked'

export function readMarkdown(text: string): MarkedToken[] {
  try {
    return asKnown(lexer(text))
  } catch {
    // The lexer recurses, and text of ten thousand nested quotes is deeper than the stack.
    return [{ type: 'text', raw: text, text, escaped: false }]
  }
}

/** Without extensions the lexer makes only the tokens that MarkedToken lists. */
export function asKnown(tokens: readonly Token[] | undefined): MarkedToken[] {
  return (tokens ?? []) as MarkedToken[]
}

/** The address of a link that may be followed; null for `javascript:` and everything relative. */
export function safeHref(href: string): string | null {
  const protocol = URL.canParse(href) ? new URL(href).protocol : ''
  return ['http:', 'https:', 'mailto:'].includes(protocol) ? href : null
}

const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
}

/** Decodes the entities that people and models write; others stay as they are. */
export function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));/gi,
    (whole, decimal, hex, name) => {
      if (name) return ENTITIES[name.toLowerCase()] ?? whole
      const code = decimal ? Number(decimal) : Number.parseInt(hex, 16)
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
    },
  )
}

/** Markdown as it would be read aloud. */
export function spokenText(markdown: string): string {
  return readMarkdown(markdown).map(speak).join(' ').replace(/\s+/g, ' ').trim()
}

function speak(token: MarkedToken): string {
  if (token.type === 'table') {
    const cells = [token.header, ...token.rows].map((row) => row.map(({ text }) => text).join(', '))
    return `${cells.join('. ')}.`
  }
  if (token.type === 'list') return token.items.map(speak).join('. ')
  if ('tokens' in token && token.tokens) return asKnown(token.tokens).map(speak).join('')
  return 'text' in token ? decodeEntities(token.text) : ' '
}
