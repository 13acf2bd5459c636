import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { Brought } from '@/api/transfers'
import { useHistory } from '@/features/history/history'
import { Alert } from '@/ui/Alert'
import { Button } from '@/ui/Button'
import { Select } from '@/ui/Select'
import { SettingsRow } from '@/ui/SettingsRow'
import { BroughtReport } from './BroughtReport'
import { FORMATS, type Format, importFile, type Progress } from './importing'

const OPTIONS = (Object.keys(FORMATS) as Format[]).map((value) => ({
  value,
  label: FORMATS[value],
}))
const KINDS = '.json,.csv,.zip,.ics,.txt'

/** Tasks of another program: first what would happen, then, if that is wanted, the import. */
export function ImportRow() {
  const [format, setFormat] = useState<Format>('auto')
  const [progress, setProgress] = useState<Progress | null>(null)
  const input = useRef<HTMLInputElement>(null)
  const { tell } = useHistory()

  const start = (file: File, dryRun: boolean) => {
    setProgress(null)
    return importFile({ file, format, dryRun }, setProgress)
  }
  const preview = useMutation({
    mutationFn: async (file: File) => ({ file, brought: await start(file, true) }),
    onMutate: () => bring.reset(),
  })
  const bring = useMutation({
    mutationFn: (file: File) => start(file, false),
    onSuccess: ({ change_set_id: changeSet, created, restored }) => {
      preview.reset()
      tell({ changeSet, text: `Imported ${created + restored} tasks` })
    },
  })
  const isBusy = preview.isPending || bring.isPending
  const error = bring.error ?? preview.error

  return (
    <div>
      <SettingsRow
        name="Import"
        note="From Todoist, Google Tasks, TickTick, Taskwarrior, a calendar or TaskChat. You see what will happen first."
      >
        <div className="flex flex-wrap gap-2">
          <Select
            aria-label="Format"
            className="w-60"
            options={OPTIONS}
            value={format}
            onChange={setFormat}
          />
          <input
            ref={input}
            type="file"
            accept={KINDS}
            aria-label="File to import"
            className="sr-only"
            tabIndex={-1}
            onChange={({ target }) => {
              const file = target.files?.[0]
              // The same file may be chosen again after it was put right.
              target.value = ''
              if (file) preview.mutate(file)
            }}
          />
          <Button disabled={isBusy} onClick={() => input.current?.click()}>
            Choose a file…
          </Button>
        </div>
      </SettingsRow>
      <div className="grid gap-3 px-4 empty:hidden has-[>*]:pb-4">
        {isBusy && <ProgressBar progress={progress} />}
        {error && <Alert>{error.message}</Alert>}
        {preview.data && !isBusy && (
          <Preview
            {...preview.data}
            onGo={() => bring.mutate(preview.data.file)}
            onCancel={preview.reset}
          />
        )}
        {bring.data && <BroughtReport brought={bring.data} isDone />}
      </div>
    </div>
  )
}

type PreviewProps = { file: File; brought: Brought; onGo: () => void; onCancel: () => void }

function Preview({ file, brought, onGo, onCancel }: PreviewProps) {
  const brings = brought.created + brought.restored + brought.filters.length > 0
  return (
    <section aria-label="Preview" className="grid gap-2 rounded-lg bg-muted p-3">
      <h3 className="text-sm font-medium break-words">{file.name}</h3>
      <BroughtReport brought={brought} isDone={false} />
      <div className="flex justify-end gap-2">
        <Button onClick={onCancel}>{brings ? 'Do not import' : 'Close'}</Button>
        {brings && (
          <Button variant="primary" onClick={onGo}>
            Import
          </Button>
        )}
      </div>
    </section>
  )
}

function ProgressBar({ progress }: { progress: Progress | null }) {
  return (
    <label className="grid gap-1 text-xs text-muted-fg">
      {progress ? `${progress.done} of ${progress.total}` : 'Reading the file…'}
      <progress
        {...(progress && { value: progress.done, max: Math.max(progress.total, 1) })}
        className="h-2 w-full accent-accent"
      />
    </label>
  )
}
