import { shortestPassword } from "#kernel/password-rule.ts";
import { Field, Input } from "./ui/field.tsx";

interface NewPasswordProps {
  value: string;
  onChange: (value: string) => void;
  label?: string;
  error?: string | undefined;
  autoFocus?: boolean;
}

/** A field for a password that is chosen now; it says the rule before somebody types. */
export function NewPassword({ value, onChange, label = "Password", error, autoFocus = false }: NewPasswordProps) {
  return (
    <Field
      label={label}
      hint={`At least ${shortestPassword} characters. A few words in a row are easy to remember and hard to guess.`}
      error={error}
    >
      {(ids) => (
        <Input
          {...ids}
          type="password"
          name="new-password"
          autoComplete="new-password"
          autoFocus={autoFocus}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
