import { useId, useState } from "react";
import { Emptied } from "../../../components/operation-form/emptied.tsx";
import { typeNote } from "../../../components/operation-form/schema-words.ts";
import { emptied } from "../../../lib/emptied.ts";
import { fieldLabel } from "#kernel/field-words.ts";
import { FieldMenu } from "./field-menu.tsx";
import { shapeOf } from "./literal.ts";
import { ListRows, ObjectRows } from "./nested-rows.tsx";
import { errorFlags, Notes } from "./notes.tsx";
import type { MappingFieldProps } from "./props.ts";
import { TemplateField } from "./template-field.tsx";

/** A field that is filled in from data: text with chips, or a list or named values of such. */
export function MappingField(props: MappingFieldProps) {
  const { field, value, onChange, mayEmpty = false, app, error } = props;
  const id = useId();
  const label = field.label ?? fieldLabel(field.name);
  const [isRaw, setRaw] = useState(false);
  const shape = shapeOf(value);
  const ids = { id, "aria-describedby": `${id}-notes`, ...(error === undefined ? {} : { "aria-invalid": true as const }) };
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <div className="flex items-baseline justify-between gap-3">
        <label id={`${id}-label`} htmlFor={id} className="max-w-[75%] shrink-0 font-medium text-ink">
          {label}
          {field.required === true && <span className="ml-1 font-normal text-ink-3">required</span>}
        </label>
        <span className="flex min-w-0 items-center gap-1 text-meta text-ink-3">
          {field.schema !== undefined && <span className="truncate">{typeNote(field.schema)}</span>}
          <FieldMenu {...props} label={label} isRaw={isRaw} onRaw={setRaw} />
        </span>
      </div>
      {shape === "emptied" ? (
        <Emptied ids={ids} label={label} app={app ?? ""} onKeep={() => onChange(undefined)} />
      ) : shape === "list" ? (
        <ListRows {...props} label={label} />
      ) : shape === "object" ? (
        <ObjectRows {...props} label={label} />
      ) : (
        <TemplateField {...props} ids={ids} label={label} isRaw={isRaw} />
      )}
      {(shape === "list" || shape === "object" || shape === "emptied") && (
        <Notes id={`${id}-notes`} flags={errorFlags(error)} hint={field.help} />
      )}
      {value === undefined && shape === "text" && mayEmpty && (
        <p className="-mt-1 text-meta text-ink-3">
          Left as it is.{" "}
          <button
            type="button"
            onClick={() => onChange(emptied)}
            className="rounded-sm font-medium text-ink-2 underline decoration-line-strong underline-offset-2 hover:text-ink"
          >
            Empty it instead
          </button>
        </p>
      )}
    </div>
  );
}
