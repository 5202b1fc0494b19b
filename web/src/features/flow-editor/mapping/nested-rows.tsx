import { Plus, X } from "lucide-react";
import { useId, useState } from "react";
import { isObject, type Json } from "#kernel/json.ts";
import { Button, IconButton } from "../../../components/ui/button.tsx";
import { Input } from "../../../components/ui/field.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { isEmptied } from "../../../lib/emptied.ts";
import { useNewRow } from "../../../lib/focus.ts";
import type { Written } from "../data/types.ts";
import { shapeOf } from "./literal.ts";
import type { MappedField, MappingFieldProps } from "./props.ts";
import { TemplateField } from "./template-field.tsx";

type RowsProps = MappingFieldProps & { label: string };

/** A list, an item a row. */
export function ListRows({ value, onChange, field, label, ...rest }: RowsProps) {
  const items = Array.isArray(value) ? value : [];
  const { list, adding } = useNewRow<HTMLDivElement>(items.length);
  const item: MappedField = { name: field.name, ...(field.schema?.items === undefined ? {} : { schema: field.schema.items }) };
  return (
    <div ref={list} role="group" aria-label={label} className="flex flex-col gap-1.5">
      {items.map((one, at) => (
        <Row key={at} onRemove={() => onChange(items.filter((_, index) => index !== at))} what={`item ${at + 1}`}>
          <ValueRow
            {...rest}
            field={item}
            label={`${label}, item ${at + 1}`}
            value={one}
            onChange={(next) => onChange(items.map((old, index) => (index === at ? (next ?? "") : old)))}
          />
        </Row>
      ))}
      <Add
        onAdd={() => {
          adding();
          onChange([...items, ""]);
        }}
      >
        Add an item
      </Add>
    </div>
  );
}

/** Values with names, a row each. */
export function ObjectRows({ value, onChange, field, label, ...rest }: RowsProps) {
  const members = isObject(value) ? Object.entries(value as Record<string, Json>) : [];
  const { list, adding } = useNewRow<HTMLDivElement>(members.length);
  const put = (next: readonly (readonly [string, Json])[]) => onChange(Object.fromEntries(next));
  return (
    <div ref={list} role="group" aria-label={label} className="flex flex-col gap-1.5">
      {members.map(([name, one], at) => (
        <Row key={at} onRemove={() => put(members.filter((_, index) => index !== at))} what={name === "" ? `value ${at + 1}` : name}>
          <div className="grid min-w-0 grid-cols-1 gap-1.5 sm:grid-cols-[minmax(6rem,2fr)_minmax(0,5fr)]">
            <NameInput
              name={name}
              used={members.map(([other]) => other)}
              label={`${label}, name ${at + 1}`}
              onChange={(next) => put(members.map((old, index) => (index === at ? [next, one] : old)))}
            />
            <ValueRow
              {...rest}
              field={{ name, ...(field.schema?.properties?.[name] === undefined ? {} : { schema: field.schema.properties[name] }) }}
              label={`${label}, ${name === "" ? `value ${at + 1}` : name}`}
              value={one}
              onChange={(next) => put(members.map((old, index) => (index === at ? [name, next ?? ""] : old)))}
            />
          </div>
        </Row>
      ))}
      <Add
        onAdd={() => {
          adding();
          put([...members, [freeName(members.map(([name]) => name)), ""]]);
        }}
      >
        Add a value
      </Add>
    </div>
  );
}

/** A name nobody has yet: the first is empty, to be written. */
const freeName = (names: readonly string[]): string => {
  for (let n = 1; ; n++) {
    const name = n === 1 ? "" : `value${n}`;
    if (!names.includes(name)) return name;
  }
};

interface NameInputProps {
  name: string;
  used: readonly string[];
  label: string;
  onChange: (name: string) => void;
}

/** A name is taken over when it is free, so that two values never become one while somebody types. */
function NameInput({ name, used, label, onChange }: NameInputProps) {
  const [written, setWritten] = useState(name);
  const isTaken = written !== name && used.includes(written);
  return (
    <Input
      aria-label={label}
      placeholder="Name"
      value={isTaken ? written : name}
      aria-invalid={isTaken || undefined}
      title={isTaken ? "Another value has this name" : undefined}
      onChange={(event) => {
        const next = event.target.value;
        setWritten(next);
        if (next === name || !used.includes(next)) onChange(next);
      }}
      onBlur={() => setWritten(name)}
    />
  );
}

/** The value of a row. */
export function ValueRow(props: RowsProps & { value: Written }) {
  const id = useId();
  const shape = shapeOf(props.value);
  if (shape === "list") return <ListRows {...props} />;
  if (shape === "object") return <ObjectRows {...props} />;
  if (isEmptied(props.value)) return <p className="rounded-md bg-warning-soft px-2.5 py-1.5 text-ink">Will be emptied</p>;
  return <TemplateField {...props} ids={{ id }} isRaw={false} isRow />;
}

function Row({ children, onRemove, what }: { children: React.ReactNode; onRemove: () => void; what: string }) {
  return (
    <div data-row className="flex items-start gap-1">
      <div className="min-w-0 flex-1">{children}</div>
      <IconButton label={`Remove ${what}`} onClick={onRemove}>
        <Icon of={X} size={14} />
      </IconButton>
    </div>
  );
}

function Add({ onAdd, children }: { onAdd: () => void; children: React.ReactNode }) {
  return (
    <div>
      <Button small kind="quiet" icon={<Icon of={Plus} size={12} />} onClick={onAdd}>
        {children}
      </Button>
    </div>
  );
}
