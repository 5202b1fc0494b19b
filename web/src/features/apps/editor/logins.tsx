import { X } from "lucide-react";
import { Section } from "../../../components/page.tsx";
import { IconButton } from "../../../components/ui/button.tsx";
import { Field, Input, Select } from "../../../components/ui/field.tsx";
import { Checkbox } from "../../../components/ui/checkbox.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { patched } from "../definition/edits.ts";
import {
  furtherKinds,
  hasOneSecret,
  lineOf,
  type FormKind,
  loginWords,
  secretOf,
  withLine,
  withSecret,
  wordsOf,
} from "../definition/logins.ts";
import { type Login, loginsOf } from "../definition/types.ts";
import { useEditing } from "./editing.ts";
import { GuessNote } from "./guess-note.tsx";
import { TextLine } from "./line.tsx";

/** How one logs in to the app: one way or several, the usual one first. */
export function Logins() {
  const { draft, edit, mayWrite } = useEditing();
  const logins = loginsOf(draft.definition);
  const put = (auth: Login[]) =>
    edit((old) => ({ ...old, definition: patched(old.definition, { auth: auth.length === 0 ? undefined : auth }) }));
  const kinds = furtherKinds(draft.definition);
  return (
    <Section title="Login">
      <div className="flex flex-col gap-3">
        {logins.length === 0 && <p className="text-ink-2">The API needs no login.</p>}
        {logins.map((login, index) => (
          <LoginForm
            key={login.kind}
            login={login}
            index={index}
            onChange={(next) => put(logins.map((old, i) => (i === index ? next : old)))}
            onRemove={() => put(logins.filter((_, i) => i !== index))}
          />
        ))}
        {mayWrite && kinds.length > 0 && (
          <Field label={logins.length === 0 ? "Choose a login" : "Add another way to log in"}>
            {(ids) => (
              <Select
                {...ids}
                className="w-full sm:max-w-96"
                value=""
                onChange={(event) => event.target.value !== "" && put([...logins, loginWords[event.target.value as FormKind].begin])}
              >
                <option value="">Choose</option>
                {kinds.map((kind) => (
                  <option key={kind} value={kind}>
                    {loginWords[kind].title}
                  </option>
                ))}
              </Select>
            )}
          </Field>
        )}
      </div>
    </Section>
  );
}

interface LoginFormProps {
  login: Login;
  index: number;
  onChange: (login: Login) => void;
  onRemove: () => void;
}

function LoginForm({ login, index, onChange, onRemove }: LoginFormProps) {
  const { mayWrite } = useEditing();
  const { title, hint, lines } = wordsOf(login);
  const at = `auth.${index}`;
  return (
    <section aria-label={title} className="rounded-lg border border-line bg-raised p-4">
      <div className="mb-3 flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <h3 className="font-medium">{title}</h3>
          <p className="text-meta text-ink-3">{hint}</p>
        </div>
        {mayWrite && (
          <IconButton small label={`Remove this login: ${title}`} onClick={onRemove}>
            <Icon of={X} size={14} />
          </IconButton>
        )}
      </div>
      <div className="flex flex-col gap-4">
        <GuessNote of={{ operation: "", member: at }} />
        <div className="grid grid-cols-1 gap-4 sm:grid-cols-2">
          {login.kind !== "none" && (
            <TextLine
              label="Name"
              hint="What the person who connects it sees."
              at={`${at}.title`}
              value={login.title ?? ""}
              maxLength={80}
              onChange={(written) => onChange(patched(login as Extract<Login, { kind: "basic" }>, { title: written }))}
            />
          )}
          {lines.map(({ member, label, hint: help, placeholder, required = false }) => (
            <TextLine
              key={member}
              label={label}
              hint={help}
              at={`${at}.${member}`}
              value={lineOf(login, member)}
              placeholder={placeholder}
              required={required}
              onChange={(written) => onChange(withLine(login, member, written))}
            />
          ))}
          {hasOneSecret(login) && <SecretWords login={login} at={at} onChange={onChange} />}
        </div>
        {(login.kind === "oauth2" || login.kind === "client") && (
          <label className="flex items-center gap-2">
            <Checkbox
              label="The client id and secret go in a header (HTTP Basic)"
              checked={login.clientAuth === "basic"}
              onChange={(basic) => onChange(patched(login, { clientAuth: basic ? "basic" : undefined }))}
            />
            The client id and secret go in a header (HTTP Basic)
          </label>
        )}
        {login.kind === "url" && <SecretAddresses login={login} onChange={onChange} />}
      </div>
    </section>
  );
}

/** What the one secret is called where it is asked for, and where it is found. */
function SecretWords({ login, at, onChange }: Pick<LoginFormProps, "login" | "onChange"> & { at: string }) {
  const words = secretOf(login);
  return (
    <>
      <TextLine
        label="Label of the key"
        at={`${at}.fields.0.label`}
        value={words.label}
        placeholder="API key"
        maxLength={80}
        onChange={(label) => onChange(withSecret(login, { ...words, label }))}
      />
      <TextLine
        label="Where to find it"
        at={`${at}.fields.0.help`}
        value={words.help}
        placeholder="Settings, API keys"
        maxLength={300}
        onChange={(help) => onChange(withSecret(login, { ...words, help }))}
      />
    </>
  );
}

/** The secret addresses by name: an operation's path is `secret-url:` and the name. */
function SecretAddresses({ login, onChange }: { login: Extract<Login, { kind: "url" }>; onChange: (login: Login) => void }) {
  const names = login.fields.map(({ name }) => name).join(" ");
  return (
    <Field label="Names of the addresses" hint="With spaces between them. An operation with the path secret-url:name is sent there.">
      {(ids) => (
        <Input
          {...ids}
          defaultValue={names}
          onBlur={(event) =>
            onChange({
              ...login,
              fields: event.target.value
                .split(/[\s,]+/)
                .filter((name) => name !== "")
                .map(
                  (name) =>
                    login.fields.find((field) => field.name === name) ?? { name, in: "secret", label: name, url: true, required: true },
                ),
            })
          }
        />
      )}
    </Field>
  );
}
