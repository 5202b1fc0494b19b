import { Field, Input } from "../../components/ui/field.tsx";
import type { Draft, Login } from "./logins.ts";

interface LoginFieldsProps {
  login: Login;
  draft: Draft;
  onChange: (draft: Draft) => void;
  /** What is wrong with the secret. */
  error?: string | undefined;
}

/** What a login asks for. Secrets are masked, and nothing typed here is kept in the page after it is sent. */
export function LoginFields({ login, draft, onChange, error }: LoginFieldsProps) {
  const blamed = login.fields.find(({ at }) => at.startsWith("secret."))?.at;
  return login.fields.map((field) => {
    const open = field.at.startsWith("settings.") || field.at === "secret.username" || field.at === "secret.clientId";
    return (
      <Field key={field.at} label={field.label} hint={field.hint} error={field.at === blamed ? error : undefined}>
        {(ids) => (
          <Input
            {...ids}
            type={open ? "text" : "password"}
            autoComplete={open ? "off" : "new-password"}
            value={draft[field.at] ?? ""}
            onChange={(event) => onChange({ ...draft, [field.at]: event.target.value })}
            className="font-mono"
          />
        )}
      </Field>
    );
  });
}
