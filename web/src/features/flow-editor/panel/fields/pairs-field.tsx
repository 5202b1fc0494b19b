import { Plus, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button, IconButton } from "../../../../components/ui/button.tsx";
import { Input } from "../../../../components/ui/field.tsx";
import { Icon } from "../../../../components/ui/icon.tsx";
import { useNewRow } from "../../../../lib/focus.ts";
import { isObject } from "#kernel/json.ts";
import { RowField } from "./value-field.tsx";

interface PairsFieldProps {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  required?: boolean;
  value: unknown;
  onChange: (value: Record<string, unknown> | undefined) => void;
  /** The control of a name, where it is more than a box. */
  nameBox?: (props: { id: string; value: string; onChange: (name: string) => void; used: ReadonlySet<string> }) => ReactNode;
  /** The control of a value, where it is more than a text with data; undefined where it is not. */
  valueBox?: (name: string, value: unknown, onChange: (value: unknown) => void, label: string) => ReactNode;
  app?: string;
  /** The values may be emptied on purpose. */
  mayEmpty?: boolean;
  addLabel?: string;
  aside?: ReactNode;
}

/** Values by names that a person chooses: custom fields, the members of a body, headers. */
export function PairsField({
  label,
  hint,
  error,
  required = false,
  value,
  onChange,
  nameBox,
  valueBox,
  app,
  mayEmpty = false,
  addLabel = "Add a field",
  aside,
}: PairsFieldProps) {
  const members = isObject(value) ? Object.entries(value) : [];
  const put = (next: readonly (readonly [string, unknown])[]) => onChange(next.length === 0 ? undefined : Object.fromEntries(next));
  const used = new Set(members.map(([name]) => name));
  const { list, adding } = useNewRow<HTMLFieldSetElement>(members.length);
  return (
    <fieldset ref={list} className="flex min-w-0 flex-col gap-3">
      <legend className="sr-only">{label}</legend>
      <div className="flex items-baseline justify-between gap-3">
        <span aria-hidden className="font-medium">
          {label}
          {required && <span className="ml-1 font-normal text-ink-3">required</span>}
        </span>
        {aside}
      </div>
      {members.map(([name, member], index) => {
        const putValue = (next: unknown) => put(members.with(index, [name, next === undefined ? "" : next]));
        const valueLabel = `${label}, ${name === "" ? `value ${index + 1}` : name}`;
        return (
          <div key={index} data-row className="flex min-w-0 items-start gap-2 border-l-2 border-line pl-3">
            <div className="flex min-w-0 flex-1 flex-col gap-2">
              <NameOf
                name={name}
                number={index + 1}
                used={used}
                onChange={(next) => put(members.with(index, [next, member]))}
                {...(nameBox && { nameBox })}
              />
              {valueBox?.(name, member, putValue, valueLabel) ?? (
                <RowField
                  field={{ name, label: name }}
                  label={valueLabel}
                  value={member}
                  onChange={putValue}
                  mayEmpty={mayEmpty}
                  {...(app !== undefined && { app })}
                />
              )}
            </div>
            <IconButton label={`Remove ${name || `row ${index + 1}`}`} onClick={() => put(members.toSpliced(index, 1))}>
              <Icon of={X} size={14} />
            </IconButton>
          </div>
        );
      })}
      <div>
        <Button
          small
          kind="quiet"
          icon={<Icon of={Plus} size={14} />}
          disabled={used.has("")}
          onClick={() => {
            adding();
            put([...members, ["", ""]]);
          }}
        >
          {addLabel}
        </Button>
      </div>
      {(error ?? hint) !== undefined && (
        <p className={error === undefined ? "text-meta text-ink-3" : "text-meta text-failure"}>{error ?? hint}</p>
      )}
    </fieldset>
  );
}

interface NameOfProps extends Pick<PairsFieldProps, "nameBox"> {
  name: string;
  number: number;
  used: ReadonlySet<string>;
  onChange: (name: string) => void;
}

/** A name while it is typed: it counts once no other row has it. */
function NameOf({ name, number, used, nameBox, onChange }: NameOfProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const isTaken = typed !== null && typed !== name && used.has(typed);
  const put = (next: string) => {
    const isFree = next === name || !used.has(next);
    setTyped(isFree ? null : next);
    if (isFree && next !== name) onChange(next);
  };
  if (nameBox) return nameBox({ id: `name-${number}`, value: name, onChange: put, used });
  return (
    <span>
      <Input
        aria-label={`Name of row ${number}`}
        aria-invalid={isTaken || undefined}
        placeholder="Name"
        value={typed ?? name}
        onChange={(event) => put(event.target.value)}
        onBlur={() => setTyped(null)}
      />
      {isTaken && <span className="text-meta text-failure">There is another '{typed}'.</span>}
    </span>
  );
}
