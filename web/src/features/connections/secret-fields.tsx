import { Field, Input } from "../../components/ui/field.tsx";
import type { ConnectionBody } from "#server/contract.ts";

export type Auth = ConnectionBody["auth"];
export type SecretDraft = Record<string, string>;

/** What each way to log in asks for. */
const asked: Record<Auth, { name: string; label: string; hint?: string; open?: boolean }[]> = {
  none: [],
  token: [{ name: "token", label: "Token" }],
  oauth2: [
    { name: "accessToken", label: "Access token" },
    { name: "refreshToken", label: "Refresh token", hint: "Each can be used once; Millrace keeps the new one it is given." },
    { name: "clientId", label: "Client id", open: true },
    { name: "clientSecret", label: "Client secret" },
  ],
  header: [{ name: "token", label: "Value of the header" }],
  query: [{ name: "token", label: "Value of the parameter" }],
  basic: [
    { name: "username", label: "User name", open: true },
    { name: "password", label: "Password" },
  ],
  url: [{ name: "url", label: "Address", hint: "The address itself is the secret: it is sealed and never shown again." }],
};

interface SecretFieldsProps {
  auth: Auth;
  value: SecretDraft;
  onChange: (value: SecretDraft) => void;
  hint?: string;
}

/** The secret's fields. What is typed is never kept in the page after it is sent. */
export function SecretFields({ auth, value, onChange, hint }: SecretFieldsProps) {
  return (
    <>
      {asked[auth].map((field, index) => (
        <Field key={field.name} label={field.label} hint={field.hint ?? (index === 0 ? hint : undefined)}>
          {(ids) => (
            <Input
              {...ids}
              type={field.open === true ? "text" : "password"}
              autoComplete={field.open === true ? "off" : "new-password"}
              value={value[field.name] ?? ""}
              onChange={(event) => onChange({ ...value, [field.name]: event.target.value })}
              className="font-mono"
            />
          )}
        </Field>
      ))}
    </>
  );
}

/** Whether enough is filled in to try. */
export function secretReady(auth: Auth, draft: SecretDraft): boolean {
  return auth === "none" || asked[auth].some((field) => (draft[field.name] ?? "").trim() !== "");
}

/** The draft as the API takes it: only what was filled in. */
export function secretOf(draft: SecretDraft): ConnectionBody["secret"] {
  const { url, ...rest } = Object.fromEntries(
    Object.entries(draft).flatMap(([name, value]) => (value.trim() === "" ? [] : [[name, value.trim()]])),
  );
  return { ...rest, ...(url === undefined ? {} : { urls: { default: url } }) };
}
