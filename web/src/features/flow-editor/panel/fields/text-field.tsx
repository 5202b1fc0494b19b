import type { ReactNode } from "react";
import { Field, Input, Textarea } from "../../../../components/ui/field.tsx";

interface TextFieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  value: unknown;
  onChange: (value: string | undefined) => void;
  placeholder?: string;
  required?: boolean;
  long?: boolean;
  mono?: boolean;
  maxLength?: number;
}

/** A text that is no template. Emptied, the member goes. */
export function TextField({ label, hint, error, value, onChange, required = false, long = false, mono = false, ...rest }: TextFieldProps) {
  const shown = typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
  const put = (text: string) => onChange(text === "" ? undefined : text);
  const look = mono ? { className: "font-mono" } : {};
  return (
    <Field label={label} hint={hint} error={error} required={required}>
      {(ids) =>
        long ? (
          <Textarea {...ids} {...rest} {...look} value={shown} onChange={(event) => put(event.target.value)} />
        ) : (
          <Input {...ids} {...rest} {...look} value={shown} onChange={(event) => put(event.target.value)} />
        )
      }
    </Field>
  );
}
