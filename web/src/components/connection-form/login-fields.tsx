import { useEffect, useRef } from "react";
import { placeOf, type LoginDraft, type LoginForm } from "#surfaces/login-form.ts";
import { enter } from "../../lib/focus.ts";
import { Field, Input } from "../ui/field.tsx";

interface LoginFieldsProps {
  login: LoginForm;
  draft: LoginDraft;
  onChange: (draft: LoginDraft) => void;
  /** What is wrong with the secret. */
  error?: string | undefined;
}

/** What a login asks for. Secrets are masked, and nothing typed here is kept in the page after it is sent. */
export function LoginFields({ login, draft, onChange, error }: LoginFieldsProps) {
  const blamed = login.fields.find((field) => field.in === "secret");
  const control = useRef<HTMLInputElement>(null);
  // A test answers long after the press, and a long form has scrolled the field away.
  useEffect(() => {
    if (error === undefined || control.current === null) return;
    enter(control.current, { preventScroll: true });
    control.current.scrollIntoView({ block: "center" });
  }, [error]);
  return login.fields.map((field) => {
    const place = placeOf(field);
    const open = field.in === "setting" || field.readable === true;
    return (
      <Field key={place} label={field.label} hint={field.help} error={field === blamed ? error : undefined}>
        {(ids) => (
          <Input
            {...ids}
            ref={field === blamed ? control : undefined}
            type={open ? "text" : "password"}
            autoComplete={open ? "off" : "new-password"}
            placeholder={field.placeholder}
            value={draft[place] ?? ""}
            onChange={(event) => onChange({ ...draft, [place]: event.target.value })}
            className="font-mono"
          />
        )}
      </Field>
    );
  });
}
