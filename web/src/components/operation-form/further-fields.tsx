import { Plus, X } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../ui/button.tsx";
import { Disclosure } from "../ui/disclosure.tsx";
import { Field, Input } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { useApps } from "../../lib/apps.ts";
import { type FurtherRow, membersOf, sentAs } from "./further.ts";

interface FurtherFieldsProps {
  app: string;
  onChange: (members: Record<string, unknown> | undefined) => void;
  error: string | undefined;
}

/** What the other side takes and does not describe, apart from the fields: a name and a value each. */
export function FurtherFields({ app, onChange, error }: FurtherFieldsProps) {
  const apps = useApps();
  const [rows, setRows] = useState<FurtherRow[]>([{ name: "", text: "" }]);
  const put = (next: FurtherRow[]) => {
    setRows(next);
    onChange(membersOf(next));
  };
  return (
    <Disclosure summary={<span className="text-ink-2">Further fields</span>}>
      <div className="flex flex-col gap-3 pt-2">
        <p className="text-meta text-ink-3">
          For what {apps.title(app)} takes and does not document. It may be ignored or refused. A list or an object is written as JSON.
        </p>
        {rows.map((row, index) => (
          <Row
            key={index}
            number={index + 1}
            row={row}
            onChange={(changed) => put(rows.map((one, at) => (at === index ? changed : one)))}
            {...(rows.length > 1 ? { onRemove: () => put(rows.filter((_, at) => at !== index)) } : {})}
          />
        ))}
        {error !== undefined && <p className="text-meta text-failure">{error}</p>}
        <div>
          <Button kind="quiet" icon={<Icon of={Plus} size={14} />} onClick={() => put([...rows, { name: "", text: "" }])}>
            Add another
          </Button>
        </div>
      </div>
    </Disclosure>
  );
}

interface RowProps {
  number: number;
  row: FurtherRow;
  onChange: (row: FurtherRow) => void;
  onRemove?: () => void;
}

function Row({ number, row, onChange, onRemove }: RowProps) {
  return (
    <div
      role="group"
      aria-label={`Further field ${number}`}
      className="grid grid-cols-1 items-end gap-x-3 gap-y-2 sm:grid-cols-[minmax(8rem,14rem)_minmax(0,1fr)_2rem]"
    >
      <Field label="Name">
        {(ids) => (
          <Input
            {...ids}
            value={row.name}
            placeholder="parentId"
            onChange={(event) => onChange({ ...row, name: event.target.value })}
            className="font-mono"
          />
        )}
      </Field>
      <Field label="Value" aside={row.text.trim() !== "" && <span className="text-meta text-ink-3">sent as {sentAs(row.text)}</span>}>
        {(ids) => <Input {...ids} value={row.text} onChange={(event) => onChange({ ...row, text: event.target.value })} />}
      </Field>
      {onRemove && (
        <IconButton label={`Remove ${row.name || "this field"}`} onClick={onRemove}>
          <Icon of={X} size={14} />
        </IconButton>
      )}
    </div>
  );
}
