import type { ReactNode } from "react";
import { Button } from "./ui/button.tsx";
import { Field, Input } from "./ui/field.tsx";
import { Problem } from "./ui/problem.tsx";

interface EntryFormProps {
  /** A verb: "Sign in". */
  action: string;
  problem: string | undefined;
  ready: boolean;
  busy: boolean;
  onSubmit: () => void;
  children: ReactNode;
}

/** Fields over one button. What was typed stays after a failed try. */
export function EntryForm({ action, problem, ready, busy, onSubmit, children }: EntryFormProps) {
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !busy) onSubmit();
      }}
    >
      {problem !== undefined && <Problem>{problem}</Problem>}
      {children}
      <Button kind="primary" type="submit" busy={busy} disabled={!ready}>
        {action}
      </Button>
    </form>
  );
}

interface TextFieldProps {
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  autoFocus?: boolean;
}

/** The e-mail address of an account. */
export function EmailField({ value, onChange, error, autoFocus = false }: TextFieldProps) {
  return (
    <Field label="E-mail" error={error}>
      {(ids) => (
        <Input
          {...ids}
          type="email"
          name="email"
          autoComplete="username"
          maxLength={254}
          autoFocus={autoFocus}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** The name that others see. */
export function NameField({ value, onChange, error, autoFocus = false }: TextFieldProps) {
  return (
    <Field label="Your name" hint="Others in the workspace see it." error={error}>
      {(ids) => (
        <Input
          {...ids}
          name="name"
          autoComplete="name"
          maxLength={80}
          autoFocus={autoFocus}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** The code of an authenticator app, or a recovery code. */
export function CodeField({ value, onChange, error, autoFocus = false }: TextFieldProps) {
  return (
    <Field
      label="Code"
      hint="The six digits that your authenticator app shows now. If you cannot open it, use a recovery code."
      error={error}
    >
      {(ids) => (
        <Input
          {...ids}
          name="code"
          autoComplete="one-time-code"
          maxLength={40}
          autoFocus={autoFocus}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className="font-mono"
        />
      )}
    </Field>
  );
}
