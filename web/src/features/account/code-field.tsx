import { Field, Input } from "../../components/ui/field.tsx";

/** A code of the second factor that is on. */
export function CodeField({ value, onChange }: { value: string; onChange: (code: string) => void }) {
  return (
    <Field label="Code" hint="The six digits that your authenticator app shows now, or a recovery code.">
      {(ids) => (
        <Input
          {...ids}
          name="code"
          autoComplete="one-time-code"
          maxLength={40}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className="font-mono"
        />
      )}
    </Field>
  );
}
