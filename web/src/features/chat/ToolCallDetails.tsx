import { CallReceipt } from './CallReceipt'
import { FieldList } from './FieldList'
import { Markdown } from './Markdown'
import type { ToolCall } from './toolCall'

type Props = { call: ToolCall }

export function ToolCallDetails({ call }: Props) {
  if (call.note !== null) {
    return (
      <div className="px-3 py-2.5 text-[13px]">
        <Markdown text={call.note} />
      </div>
    )
  }
  return (
    <div className="grid gap-3 px-3 py-2.5">
      <Part title={call.name} fields={call.arguments} empty="No arguments" />
      {call.receipt && <CallReceipt receipt={call.receipt} />}
      {call.result && <Part title="Result" fields={call.result} empty="Empty" />}
    </div>
  )
}

type PartProps = { title: string; fields: ToolCall['arguments']; empty: string }

function Part({ title, fields, empty }: PartProps) {
  return (
    <section>
      <h4 className="mb-1 font-mono text-[11px] text-muted-fg">{title}</h4>
      {Object.keys(fields).length > 0 ? (
        <FieldList fields={fields} />
      ) : (
        <p className="text-xs text-muted-fg">{empty}</p>
      )}
    </section>
  )
}
