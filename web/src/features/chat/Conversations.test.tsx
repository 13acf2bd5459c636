import { act, screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { showPanel } from '@/testing/chatPanel'
import { question } from '@/testing/chatWire'

test('a conversation is renamed in the list', async () => {
  const { chat, user } = await showPanel([question('q')])
  await user.click(screen.getByRole('button', { name: 'Conversations' }))
  await user.click(await screen.findByRole('button', { name: 'More for Groceries' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Rename' }))
  await user.clear(screen.getByRole('textbox', { name: 'Title' }))
  await user.type(screen.getByRole('textbox', { name: 'Title' }), 'Food{Enter}')

  await waitFor(() =>
    expect(chat.sent('threads.update')).toMatchObject([{ params: { title: 'Food' } }]),
  )
})

test('a conversation is deleted only after a question, and then left', async () => {
  const { chat, user } = await showPanel([question('q', 'Hello')])
  await user.click(screen.getByRole('button', { name: 'Conversations' }))
  await user.click(await screen.findByRole('button', { name: 'More for Groceries' }))
  await user.click(await screen.findByRole('menuitem', { name: 'Delete…' }))
  const dialog = await screen.findByRole('dialog', { name: 'Delete this conversation?' })
  expect(chat.sent('threads.delete')).toEqual([])
  await user.click(within(dialog).getByRole('button', { name: 'Delete' }))

  await waitFor(() => expect(chat.sent('threads.delete')).toHaveLength(1))
  expect(await screen.findByText('What should we get done?')).toBeVisible()
})

test('the list of conversations keeps itself up to date and closes with Escape', async () => {
  const { chat, user } = await showPanel([question('q')])
  await user.click(screen.getByRole('button', { name: 'Conversations' }))
  const list = await screen.findByRole('navigation', { name: 'Conversations' })
  await within(list).findByText('Groceries')
  const work = { id: 'thr_2', title: 'Work', created_at: '2026-11-20T15:42:35Z' }
  chat.conversations = [work, ...chat.conversations]
  act(() => chat.tell({ type: 'thread.created', thread: work }))

  await user.click(await within(list).findByText('Work'))
  await waitFor(() => expect(window.location.search).toBe('?t=thr_2'))
  await user.click(screen.getByRole('button', { name: 'Conversations' }))
  await user.keyboard('{Escape}')
  expect(screen.queryByRole('navigation')).not.toBeInTheDocument()
})
