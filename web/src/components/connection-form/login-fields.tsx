import { placeOf, type LoginDraft, type LoginForm } from "#surfaces/login-form.ts";
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
  return login.fields.map((field) => {
    const place = placeOf(field);
    const open = field.in === "setting" || field.readable === true;
    return (
      <Field key={place} label={field.label} hint={field.help} error={field === blamed ? error : undefined}>
        {(ids) => (
          <Input
            {...ids}
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
