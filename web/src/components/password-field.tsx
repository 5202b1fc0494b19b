import { shortestPassword } from "#kernel/password-rule.ts";
import { Field, Input } from "./ui/field.tsx";

interface PasswordFieldProps {
  value: string;
  onChange: (value: string) => void;
  /** One that is chosen now: the rule is said before somebody types, and browsers offer to make one. */
  isNew?: boolean;
  label?: string;
  error?: string | undefined;
  autoFocus?: boolean;
}

/** A password: the one that somebody has, or a new one. */
export function PasswordField({ value, onChange, isNew = false, label = "Password", error, autoFocus = false }: PasswordFieldProps) {
  const kind = isNew ? "new-password" : "current-password";
  return (
    <Field
      label={label}
      hint={isNew ? `At least ${shortestPassword} characters. A few words in a row are easy to remember and hard to guess.` : undefined}
      error={error}
    >
      {(ids) => (
        <Input
          {...ids}
          type="password"
          name={kind}
          autoComplete={kind}
          autoFocus={autoFocus}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}
