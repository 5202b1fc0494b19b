import type { InputField } from "#catalog/types.ts";
import { Disclosure } from "../ui/disclosure.tsx";
import { Field } from "../ui/field.tsx";
import { emptied, isEmptied } from "../../lib/emptied.ts";
import { plural } from "../../lib/words.ts";
import { fieldLabel } from "#kernel/field-words.ts";
import { controlFor } from "./controls.tsx";
import { Emptied, EmptyThis, hintOf } from "./emptied.tsx";
import { controlOf, typeNote } from "./schema-words.ts";

/** What is filled in, by the name of the field. What is not is missing. */
export type Values = Readonly<Record<string, unknown>>;

interface OperationFormProps {
  /** The app of the operation: choices are looked up there. */
  app: string;
  fields: readonly InputField[];
  values: Values;
  onChange: (values: Values) => void;
  /** With which login choices are looked up. */
  connection: string | null;
  /** What is wrong with one of the fields. */
  error?: { field: unknown; message: string } | undefined;
  /** The fields that may be emptied. */
  empties?: readonly string[];
  /** Shows all fields one under the other, and not what is optional behind a line. */
  flat?: boolean;
}

/** The inputs of an operation or a trigger as a form. What is needed comes first; the rest is behind a line, unless there is nothing but the rest. */
export function OperationForm({ fields, flat = false, ...rest }: OperationFormProps) {
  const control = (field: InputField) => <FieldControl key={`${field.in}${field.name}`} field={field} {...rest} />;
  if (flat) return fields.map(control);
  const required = fields.filter((field) => field.required === true);
  const optional = fields.filter((field) => field.required !== true);
  return (
    <>
      {required.length > 0 && <div className={fieldGrid}>{required.map(control)}</div>}
      {optional.length > 0 && (
        <Disclosure summary={<span className="text-ink-2">{plural(optional.length, "optional field")}</span>} open={required.length === 0}>
          <div className={`${fieldGrid} pt-2`}>{optional.map(control)}</div>
        </Disclosure>
      )}
    </>
  );
}

/** Two short fields share a line; what needs room takes all of it. */
const fieldGrid = "grid grid-cols-1 gap-4 sm:grid-cols-2 [&>:has(textarea)]:col-span-full";

type FieldControlProps = Omit<OperationFormProps, "fields" | "flat"> & { field: InputField };

function FieldControl({ app, field, values, onChange, connection, error, empties = [] }: FieldControlProps) {
  const Control = controlFor(controlOf(field), field);
  const label = field.label ?? fieldLabel(field.name);
  const value = values[field.name];
  const mayEmpty = empties.includes(field.name);
  const put = (next: unknown) => onChange({ ...values, [field.name]: next });
  return (
    <Field
      label={label}
      required={field.required === true}
      hint={isEmptied(value) ? undefined : hintOf(field, mayEmpty)}
      error={error?.field === field.name ? error.message : undefined}
      aside={
        <span className="flex min-w-0 items-baseline gap-2 text-meta text-ink-3">
          <span className="truncate">{typeNote(field.schema)}</span>
          {mayEmpty && !isEmptied(value) && <EmptyThis label={label} onEmpty={() => put(emptied)} />}
        </span>
      }
    >
      {(ids) =>
        isEmptied(value) ? (
          <Emptied ids={ids} label={label} app={app} onKeep={() => put(undefined)} />
        ) : (
          <Control ids={ids} field={field} value={value} onChange={put} app={app} connection={connection} />
        )
      }
    </Field>
  );
}
