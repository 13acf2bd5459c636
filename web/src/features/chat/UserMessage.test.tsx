import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import { composer, isFollowing, log, showPanel } from '@/testing/chatPanel'
import { answer, done, question, removed, replaced, TWO_ASSISTANTS } from '@/testing/chatWire'

const TALK = [question('q', 'Buy milk'), answer('a', 'Done.')]

function field(): HTMLElement {
  return log().getByRole('textbox', { name: 'Edit message' })
}

function button(name: string): HTMLElement {
  return log().getByRole('button', { name })
}

test('an edited message is answered anew, and the focus stays in the messages', async () => {
  const { chat, user } = await showPanel(TALK)
  await user.click(button('Edit'))
  expect(field()).toHaveFocus()
  expect(field()).toHaveValue('Buy milk')
  await user.keyboard('{Shift>}{Enter}{/Shift}and oats{Enter}')

  expect(log().queryByRole('textbox')).not.toBeInTheDocument()
  expect(log().getByText(/Buy milk\s+and oats/)).toBeVisible()
  expect(screen.getByRole('log')).toHaveFocus()
  await isFollowing(chat)
  expect(chat.sent('threads.retry_after_item')).toMatchObject([
    { params: { item_id: 'q' }, metadata: { edited_text: 'Buy milk\nand oats' } },
  ])
  act(() => {
    chat.emit(replaced(question('q', 'Buy milk\nand oats')), removed('a'))
    chat.emit(done(answer('b', 'Both are there.')))
    chat.finishRun()
  })
  expect(await log().findByText('Both are there.')).toBeVisible()
  expect(log().queryByText('Done.')).not.toBeInTheDocument()
})

test('a message that says the same as before, or nothing, cannot be saved', async () => {
  const { chat, user } = await showPanel(TALK)
  await user.click(button('Edit'))
  await user.type(field(), ' {Enter}')
  expect(button('Save')).toBeDisabled()
  await user.clear(field())
  await user.keyboard('{Enter}')
  expect(button('Save')).toBeDisabled()
  fireEvent.change(field(), { target: { value: 'x'.repeat(10_001) } })
  expect(log().getByText('1 character too long')).toBeVisible()
  expect(button('Save')).toBeDisabled()

  expect(chat.sent('threads.retry_after_item')).toEqual([])
})

test('Escape leaves the message as it was, and the focus where the edit began', async () => {
  const { user } = await showPanel(TALK)
  await user.click(button('Edit'))
  await user.type(field(), ' and oats{Escape}')

  expect(log().getByText('Buy milk')).toBeVisible()
  expect(button('Edit')).toHaveFocus()
  await user.click(button('Edit'))
  expect(field()).toHaveValue('Buy milk')
  await user.click(button('Cancel'))
  expect(button('Edit')).toHaveFocus()
  await user.keyboard('{Enter}')
  await user.tab()
  expect(button('Cancel')).toHaveFocus()
  await user.keyboard('{Escape}')
  expect(button('Edit')).toHaveFocus()
})

test('an Enter that ends a composition saves nothing', async () => {
  const { chat, user } = await showPanel(TALK)
  await user.click(button('Edit'))
  await user.type(field(), 'にほん')
  fireEvent.keyDown(field(), { key: 'Enter', isComposing: true })

  expect(field()).toHaveValue('Buy milkにほん')
  expect(chat.sent('threads.retry_after_item')).toEqual([])
})

test('only where something came after the message, it is said to be undone', async () => {
  const { user } = await showPanel([...TALK, question('q2', 'And eggs')])
  const [first, last] = log().getAllByRole('button', { name: 'Edit' })
  await user.click(last as HTMLElement)
  expect(field()).not.toHaveAccessibleDescription(/undone first/)
  await user.keyboard('{Escape}')
  await user.click(first as HTMLElement)

  expect(field()).toHaveAccessibleDescription(/undone first/)
})

test('a refused edit comes back as it was typed, with the reason', async () => {
  const { chat, user } = await showPanel(TALK)
  chat.refusal = [409, 'run_active', 'An answer is being written.']
  await user.click(button('Edit'))
  await user.type(field(), ' and oats{Enter}')

  expect(await screen.findByRole('alert')).toHaveTextContent('An answer is being written.')
  await waitFor(() => expect(field()).toHaveFocus())
  expect(field()).toHaveValue('Buy milk and oats')
  await user.click(button('Cancel'))
  expect(log().getByText('Buy milk')).toBeVisible()
})

const LIMIT = { resets_at: '2026-11-22T00:00:00+01:00', offers: ['commands'] }

/** An edit that the budget refused. */
async function refusedEdit() {
  const { chat, user } = await showPanel(TALK, { config: TWO_ASSISTANTS })
  chat.refusal = [429, 'daily_tokens', 'Today’s tokens are used up.', LIMIT]
  await user.click(button('Edit'))
  await user.type(field(), ' and oats{Enter}')
  const offer = await screen.findByRole('button', { name: 'Send to built-in commands instead' })
  return { chat, user, offer }
}

test('an edit that the budget refused goes to the built-in commands, and the field closes', async () => {
  const { chat, user, offer } = await refusedEdit()
  expect(field()).toHaveValue('Buy milk and oats')
  await user.click(offer)

  expect(log().queryByRole('textbox')).not.toBeInTheDocument()
  expect(log().getByText('Buy milk and oats')).toBeVisible()
  await isFollowing(chat)
  expect(chat.sent('threads.retry_after_item').map(({ metadata }) => metadata)).toEqual([
    { edited_text: 'Buy milk and oats' },
    { edited_text: 'Buy milk and oats', model: 'commands' },
  ])
  expect(screen.queryByRole('alert')).not.toBeInTheDocument()
})

test('an edit that is refused once more comes back once more', async () => {
  const { chat, user, offer } = await refusedEdit()
  chat.refusal = [409, 'run_active', 'An answer is being written.']
  await user.click(offer)

  expect(await screen.findByRole('alert')).toHaveTextContent('An answer is being written.')
  await waitFor(() => expect(field()).toHaveValue('Buy milk and oats'))
  await user.click(button('Cancel'))
  expect(log().getByText('Buy milk')).toBeVisible()
})

test('what was typed since an edit was refused is not lost when that is sent', async () => {
  const { chat, user, offer } = await refusedEdit()
  await user.type(field(), ' and nuts')
  await user.click(offer)
  await isFollowing(chat)

  expect(field()).toHaveValue('Buy milk and oats and nuts')
})

test('an edited message goes to who was chosen since', async () => {
  const { chat, user } = await showPanel(TALK, { config: TWO_ASSISTANTS })
  await user.click(await screen.findByRole('combobox', { name: 'Who answers' }))
  await user.click(await screen.findByRole('option', { name: /Built-in commands/ }))
  await user.click(button('Edit'))
  await user.type(field(), ' and oats{Enter}')
  await isFollowing(chat)

  expect(chat.sent('threads.retry_after_item')[0].metadata).toEqual({
    edited_text: 'Buy milk and oats',
    model: 'commands',
  })
})

test('while an answer runs no message is edited, and one being edited keeps its text', async () => {
  const { chat, user } = await showPanel([...TALK, question('q2', 'And eggs')])
  await user.click(log().getAllByRole('button', { name: 'Edit' })[0] as HTMLElement)
  await user.type(field(), ' and oats')
  await user.type(composer(), 'More{Enter}')
  await isFollowing(chat)

  expect(log().queryByRole('button', { name: 'Edit' })).not.toBeInTheDocument()
  expect(button('Save')).toBeDisabled()
  expect(field()).toHaveValue('Buy milk and oats')
  act(() => chat.finishRun())
  await waitFor(() => expect(button('Save')).toBeEnabled())
})
