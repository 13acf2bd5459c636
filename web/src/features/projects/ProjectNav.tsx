import { useQuery } from '@tanstack/react-query'
import { Archive, ArchiveRestore, Ellipsis, Pencil, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { Project } from '@/api/projects'
import { Button } from '@/ui/Button'
import { ColorDot } from '@/ui/ColorDot'
import { IconButton } from '@/ui/IconButton'
import { Menu, MenuItem, MenuSeparator } from '@/ui/Menu'
import { NavSection } from '@/ui/NavSection'
import { NAV_ITEM } from '@/ui/navItem'
import { useToast } from '@/ui/Toast'
import { DeleteProjectDialog } from './DeleteProjectDialog'
import { ProjectDialog } from './ProjectDialog'
import { projectQueries, useEditProject } from './queries'

type Props = {
  /** The id of the one whose tasks are shown. */
  current: string | null
  onOpen: (id: string) => void
  /** The one that was shown has gone. */
  onLeave: () => void
}

type Opened = { dialog: 'edit'; project: Project | null } | { dialog: 'delete'; project: Project }

export function ProjectNav({ current, onOpen, onLeave }: Props) {
  const { data = [] } = useQuery(projectQueries.all())
  const [opened, setOpened] = useState<Opened | null>(null)
  const close = () => setOpened(null)
  const live = data.filter(({ archived_at: at }) => at === null)
  const archived = data.filter(({ archived_at: at }) => at !== null)

  const rows = (projects: readonly Project[]) =>
    projects.map((project) => (
      <ProjectRow
        key={project.id}
        project={project}
        isCurrent={project.id === current}
        onOpen={() => onOpen(project.id)}
        onEdit={() => setOpened({ dialog: 'edit', project })}
        onDelete={() => setOpened({ dialog: 'delete', project })}
      />
    ))

  return (
    <>
      <NavSection
        title="Projects"
        action={
          <IconButton
            size="icon-sm"
            label="New project"
            onClick={() => setOpened({ dialog: 'edit', project: null })}
          >
            <Plus />
          </IconButton>
        }
      >
        {rows(live)}
        {data.length === 0 && <li className="px-2 text-xs text-muted-fg">None yet</li>}
      </NavSection>
      {archived.length > 0 && (
        <details className="mt-1 px-2 text-xs text-muted-fg">
          <summary className="cursor-pointer rounded-md py-1">Archived ({archived.length})</summary>
          <ul className="-mx-2">{rows(archived)}</ul>
        </details>
      )}
      {opened?.dialog === 'edit' && <ProjectDialog project={opened.project} onClose={close} />}
      {opened?.dialog === 'delete' && (
        <DeleteProjectDialog
          project={opened.project}
          onClose={close}
          onDelete={() => {
            close()
            if (opened.project.id === current) onLeave()
          }}
        />
      )}
    </>
  )
}

type RowProps = {
  project: Project
  isCurrent: boolean
  onOpen: () => void
  onEdit: () => void
  onDelete: () => void
}

function ProjectRow({ project, isCurrent, onOpen, onEdit, onDelete }: RowProps) {
  const edit = useEditProject()
  const toast = useToast()
  const isArchived = project.archived_at !== null

  function archive() {
    const text = isArchived ? `${project.name} is back` : `Archived ${project.name}`
    edit.mutate(
      { project, change: { archived: !isArchived }, text },
      { onError: (error) => toast(error.message, 'danger') },
    )
  }

  return (
    <li className="group/nav relative">
      <button
        type="button"
        aria-current={isCurrent ? 'page' : undefined}
        onClick={onOpen}
        className={`${NAV_ITEM} pointer-coarse:pr-9`}
      >
        <ColorDot color={project.color} className="mx-1" />
        <span className="min-w-0 grow truncate">{project.name}</span>
        <span className="text-xs tabular-nums group-focus-within/nav:opacity-0 group-hover/nav:opacity-0 pointer-coarse:opacity-100">
          {project.open_tasks}
          <span className="sr-only"> open</span>
        </span>
      </button>
      <Menu
        trigger={
          <Button
            variant="ghost"
            size="icon-sm"
            aria-label={`More about the project ${project.name}`}
            className="absolute top-1/2 right-0.5 -translate-y-1/2 opacity-0 group-focus-within/nav:opacity-100 group-hover/nav:opacity-100 hover:bg-line data-popup-open:opacity-100 pointer-coarse:opacity-100"
          >
            <Ellipsis aria-hidden />
          </Button>
        }
      >
        <MenuItem onClick={onEdit}>
          <Pencil aria-hidden />
          Rename or recolour
        </MenuItem>
        <MenuItem onClick={archive}>
          {isArchived ? <ArchiveRestore aria-hidden /> : <Archive aria-hidden />}
          {isArchived ? 'Out of the archive' : 'Archive'}
        </MenuItem>
        <MenuSeparator />
        <MenuItem tone="danger" onClick={onDelete}>
          <Trash2 aria-hidden />
          Delete…
        </MenuItem>
      </Menu>
    </li>
  )
}
