import type { MarkedToken, Token, Tokens } from 'marked'
import { createElement, Fragment, type ReactNode } from 'react'
import { asKnown, decodeEntities, safeHref } from './markdownTokens'

/** Children told apart by position: tokens have no identity that could serve as a key. */
export function each<Item>(
  items: readonly Item[],
  render: (item: Item, index: number) => ReactNode,
): ReactNode {
  return createElement(Fragment, null, ...items.map(render))
}

/**
 * One token as an element. There are no HTML strings on the way, so nothing in a message can become
 * markup. Images become links: loading one would tell its server what the message says.
 */
export function renderToken(token: MarkedToken): ReactNode {
  switch (token.type) {
    case 'paragraph':
      return <p>{inside(token)}</p>
    case 'heading':
      // The page and the panel have the headings above.
      return createElement(`h${Math.min(6, token.depth + 2)}`, null, inside(token))
    case 'strong':
      return <strong>{inside(token)}</strong>
    case 'em':
      return <em>{inside(token)}</em>
    case 'del':
      return <del>{inside(token)}</del>
    case 'codespan':
      return <code>{token.text}</code>
    case 'code':
      return renderCode(token)
    case 'blockquote':
      return <blockquote>{inside(token)}</blockquote>
    case 'link':
      return renderLink(token.href, inside(token))
    case 'image':
      return renderLink(token.href, token.text || token.href)
    case 'list':
      return renderList(token)
    case 'list_item':
      return <li className={token.task ? 'task' : undefined}>{inside(token)}</li>
    case 'checkbox':
      return <input type="checkbox" checked={token.checked} disabled aria-label="Done" />
    case 'table':
      return renderTable(token)
    case 'br':
      return <br />
    case 'hr':
      return <hr />
    case 'space':
    case 'def':
      return null
    case 'html':
      return token.block ? <p>{token.raw}</p> : token.raw
    case 'escape':
      return token.text
    case 'text':
      return token.tokens ? inside(token) : decodeEntities(token.text)
    default:
      token satisfies never
      return (token as Token).raw
  }
}

function inside({ tokens }: { tokens?: Token[] | undefined }): ReactNode {
  return each(asKnown(tokens), renderToken)
}

function renderCode({ text }: Tokens.Code): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: long lines are scrolled with the keyboard
    <pre tabIndex={0}>
      <code>{text}</code>
    </pre>
  )
}

function renderLink(href: string, label: ReactNode): ReactNode {
  const address = safeHref(href)
  if (address === null) return label
  return (
    <a href={address} target="_blank" rel="noreferrer">
      {label}
    </a>
  )
}

function renderList({ ordered, start, items }: Tokens.List): ReactNode {
  const children = each(items, renderToken)
  return ordered ? <ol start={Number(start)}>{children}</ol> : <ul>{children}</ul>
}

function renderTable({ header, rows, align }: Tokens.Table): ReactNode {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset groups controls
    // biome-ignore lint/a11y/noNoninteractiveTabindex: wide tables are scrolled with the keyboard
    <div className="table" role="group" aria-label="Table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {each(header, (cell, column) => (
              <th scope="col" className={alignment(align[column])}>
                {inside(cell)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{each(rows, (row) => renderRow(row, align))}</tbody>
      </table>
    </div>
  )
}

function renderRow(row: Tokens.TableCell[], align: Tokens.Table['align']): ReactNode {
  return (
    <tr>
      {each(row, (cell, column) => (
        <td className={alignment(align[column])}>{inside(cell)}</td>
      ))}
    </tr>
  )
}

function alignment(align: 'left' | 'center' | 'right' | null | undefined): string | undefined {
  return align ? `text-${align}` : undefined
}
