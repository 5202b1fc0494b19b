import type { InputField } from "#catalog/types.ts";
import { parseJson } from "#kernel/exact-json.ts";
import { Field, Input, Textarea } from "../../../../components/ui/field.tsx";
import { fieldLabel } from "#kernel/field-words.ts";

interface FixedFieldProps {
  field: Pick<InputField, "name"> & Partial<InputField>;
  value: unknown;
  onChange: (value: unknown) => void;
  error?: string | undefined;
}

/** A value that is typed as it is, where there is no data yet to fill it from. */
export function FixedField({ field, value, onChange, error }: FixedFieldProps) {
  const text = value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value);
  const isLong = field.control === "longtext" || field.control === "json" || text.includes("\n") || text.length > 60;
  const Box = isLong ? Textarea : Input;
  return (
    <Field label={field.label ?? fieldLabel(field.name)} required={field.required === true} hint={field.help} error={error}>
      {(ids) => (
        <Box
          {...ids}
          value={text}
          onChange={(event: { target: { value: string } }) => onChange(readText(event.target.value, value, field))}
        />
      )}
    </Field>
  );
}

/** What was typed; where it is no text by its schema or was none before, what it reads as. */
function readText(text: string, before: unknown, { schema }: FixedFieldProps["field"]): unknown {
  if (text === "") return undefined;
  const types = schema?.type === undefined ? [] : [schema.type].flat();
  const isText =
    before === undefined ? types.length === 0 || types.includes("string") : typeof before === "string" && types.includes("string");
  if (isText) return text;
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}
