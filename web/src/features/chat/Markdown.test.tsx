import { render, screen, within } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { Markdown } from './Markdown'
import { spokenText } from './markdownTokens'

function show(text: string): HTMLElement {
  return render(<Markdown text={text} />).container
}

const HOSTILE = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '<style>*{display:none}</style>',
  '<iframe src="https://evil.example"></iframe>',
  '<svg><animate onbegin=alert(1)>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\tscript:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '[x](vbscript:msgbox(1))',
  '[x](file:///etc/passwd)',
  '[x](//evil.example)',
  '[x](/api/auth/logout)',
  '[x][r]\n\n[r]: javascript:alert(1)',
  '<javascript:alert(1)>',
  '![x](https://evil.example/?q=secret)',
  '![x](javascript:alert(1))',
  '[![x](https://evil.example/p.png)](javascript:alert(1))',
  '| <img src=x onerror=alert(1)> |\n|---|\n| [x](javascript:alert(1)) |',
  '- <script>alert(1)</script>\n> <object data=x>',
  '```html\n<script>alert(1)</script>\n```',
  '`<script>alert(1)</script>`',
  '[x](https://ok.example "onmouseover=alert(1)")',
  '[x](https://ok.example/" onmouseover="alert(1))',
]

const ALLOWED = new Set(
  'div p h3 h4 h5 h6 strong em del code pre blockquote a ul ol li input table thead tbody tr th td br hr'.split(
    ' ',
  ),
)

/** Everything that could act: elements, attributes or addresses beyond the ones we make. */
function dangersIn(container: HTMLElement): string[] {
  return [...container.querySelectorAll('*')].flatMap((element) => [
    ...(ALLOWED.has(element.localName) ? [] : [element.localName]),
    ...element.getAttributeNames().filter((name) => name.startsWith('on') || name === 'src'),
    ...(element instanceof HTMLAnchorElement && !/^(https?:|mailto:)/.test(element.href)
      ? [element.href]
      : []),
  ])
}

describe('hostile text', () => {
  test.each(HOSTILE)('%s becomes nothing that acts', (text) => {
    expect(dangersIn(show(text))).toEqual([])
  })

  test('stays harmless in every prefix while it streams in', () => {
    const text = HOSTILE.join('\n\n')
    const { container, rerender } = render(<Markdown text="" streaming />)
    for (let length = 1; length <= text.length; length++) {
      rerender(<Markdown text={text.slice(0, length)} streaming />)
      expect(dangersIn(container), text.slice(0, length)).toEqual([])
    }
  })

  test('HTML is shown as the text that it is', () => {
    expect(show('a <b>bold</b> word')).toHaveTextContent('a <b>bold</b> word')
    expect(show('<div>block</div>')).toHaveTextContent('<div>block</div>')
  })

  test('an image is a link that loads nothing', () => {
    show('![the logo](https://example.com/logo.png)')
    expect(screen.queryByRole('img')).not.toBeInTheDocument()
    expect(screen.getByRole('link', { name: 'the logo' })).toHaveAttribute(
      'href',
      'https://example.com/logo.png',
    )
  })

  test('nesting deeper than the stack is shown as text', () => {
    expect(show('>'.repeat(20_000))).toHaveTextContent('>>>>')
  })
})

describe('links', () => {
  test('open elsewhere and tell nobody where they came from', () => {
    show('[docs](https://example.com/docs)')
    const link = screen.getByRole('link', { name: 'docs' })
    expect(link).toHaveAttribute('target', '_blank')
    expect(link).toHaveAttribute('rel', 'noreferrer')
  })

  test('are made of bare addresses and mail addresses', () => {
    show('See https://example.com or write to ada@example.com')
    expect(screen.getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual([
      'https://example.com',
      'mailto:ada@example.com',
    ])
  })

  test('that lead nowhere safe are their label alone', () => {
    expect(show('[click](javascript:alert(1))')).toHaveTextContent(/^click$/)
    expect(screen.queryByRole('link')).not.toBeInTheDocument()
  })
})

describe("GitHub's Markdown", () => {
  test('tables have headers, rows and alignment', () => {
    show('| # | Task |\n|--:|:---|\n| 1 | **Milk** |\n| 2 | Bread |')
    const table = screen.getByRole('table')
    expect(
      within(table)
        .getAllByRole('columnheader')
        .map((cell) => cell.textContent),
    ).toEqual(['#', 'Task'])
    expect(within(table).getAllByRole('row')).toHaveLength(3)
    expect(within(table).getByRole('cell', { name: '1' })).toHaveClass('text-right')
    expect(within(table).getByText('Milk').localName).toBe('strong')
  })

  test('task lists have boxes that cannot be ticked', () => {
    show('- [ ] open\n- [x] closed')
    const [open, closed] = screen.getAllByRole('checkbox')
    expect(open).not.toBeChecked()
    expect(closed).toBeChecked()
    expect(open).toBeDisabled()
  })

  test('code keeps its spaces and its angle brackets', () => {
    const container = show('```ts\nif (a < b) {\n  go()\n}\n```')
    expect(container.querySelector('pre code')?.textContent).toBe('if (a < b) {\n  go()\n}')
  })

  test('lists nest, and ordered ones begin where they say', () => {
    const container = show('3. three\n   - inner\n4. four')
    expect(container.querySelector('ol')).toHaveAttribute('start', '3')
    expect(container.querySelector('ol ul li')).toHaveTextContent('inner')
  })

  test('emphasis, strike and code go through each other', () => {
    const container = show('**bold *both*** ~~gone~~ `code`')
    expect(container.querySelector('strong em')).toHaveTextContent('both')
    expect(container.querySelector('del')).toHaveTextContent('gone')
    expect(container.querySelector('code')).toHaveTextContent('code')
  })

  test('headings stand below those of the panel', () => {
    show('# Top\n\n###### Deep')
    expect(screen.getByRole('heading', { name: 'Top', level: 3 })).toBeVisible()
    expect(screen.getByRole('heading', { name: 'Deep', level: 6 })).toBeVisible()
  })

  test('entities are decoded in text and left alone in code', () => {
    expect(show('R&amp;D &lt;3 &#x2713; &unknown; `&amp;`')).toHaveTextContent(
      'R&D <3 ✓ &unknown; &amp;',
    )
  })
})

test('while text streams in, blocks that are complete keep their elements', () => {
  const { container, rerender } = render(<Markdown text={'First.\n\nSec'} streaming />)
  const first = container.querySelector('p')
  rerender(<Markdown text={'First.\n\nSecond.\n\n- third'} streaming />)
  expect(container.querySelector('p')).toBe(first)
  expect(container.querySelectorAll('p')).toHaveLength(2)
})

test('spoken, an answer has its words and none of its marks', () => {
  expect(spokenText('**Two** tasks:\n\n- [x] `milk` &amp; bread\n- [a](https://e.com)')).toBe(
    'Two tasks: milk & bread. a',
  )
  expect(spokenText('| # | Task |\n|---|---|\n| 1 | Milk |')).toBe('#, Task. 1, Milk.')
})
