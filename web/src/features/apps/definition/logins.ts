import type { Definition, Login } from "./types.ts";
import { patched } from "./edits.ts";

export type LoginKind = Login["kind"];

/** One line of a login's form. */
export interface LoginLine {
  member: string;
  label: string;
  hint?: string;
  placeholder?: string;
  required?: true;
}

interface LoginWords {
  /** What somebody says who has seen the app's documentation. */
  title: string;
  hint: string;
  /** What a new one begins with. */
  begin: Login;
  lines: readonly LoginLine[];
}

const tokenUrl: LoginLine = { member: "tokenUrl", label: "Token URL", placeholder: "https://example.com/oauth/token", required: true };
const scopes: LoginLine = { member: "scopes", label: "Scopes", hint: "With spaces between them, as the app's documentation has them." };

/** The kinds of login that have a form. Others are written under JSON. */
export const loginWords = {
  token: {
    title: "A token, sent as “Bearer …”",
    hint: "The documentation says: Authorization: Bearer YOUR_TOKEN.",
    begin: { kind: "token", title: "API token", header: "Authorization", prefix: "Bearer " },
    lines: [
      { member: "header", label: "Header", placeholder: "Authorization" },
      { member: "prefix", label: "Prefix", placeholder: "Bearer " },
    ],
  },
  header: {
    title: "A key in a header of its own",
    hint: "The documentation says: X-Api-Key: YOUR_KEY, or the like.",
    begin: { kind: "header", title: "API key", header: "X-Api-Key" },
    lines: [{ member: "header", label: "Header", placeholder: "X-Api-Key", required: true }],
  },
  query: {
    title: "A key in the query",
    hint: "The documentation says: ?api_key=YOUR_KEY.",
    begin: { kind: "query", title: "API key", param: "api_key" },
    lines: [{ member: "param", label: "Name in the query", placeholder: "api_key", required: true }],
  },
  basic: {
    title: "A user name and a password",
    hint: "The documentation says: basic authentication.",
    begin: { kind: "basic", title: "User name and password" },
    lines: [],
  },
  oauth2: {
    title: "OAuth 2: a person signs in at the app",
    hint: "No key is copied.",
    begin: { kind: "oauth2", title: "Log in at the app", authorizeUrl: "", tokenUrl: "", tokenPath: "/", scopes: [] },
    lines: [
      { member: "authorizeUrl", label: "Authorization URL", placeholder: "https://example.com/oauth/authorize", required: true },
      tokenUrl,
      scopes,
      { member: "register", label: "Where to register the redirect URL", hint: "In words, for whoever connects the app." },
    ],
  },
  client: {
    title: "OAuth 2 client credentials",
    hint: "The documentation says: client credentials. No person signs in.",
    begin: {
      kind: "client",
      title: "Client id and secret",
      tokenUrl: "",
      tokenPath: "/",
      scopes: [],
      header: "Authorization",
      prefix: "Bearer ",
    },
    lines: [tokenUrl, scopes, { member: "audience", label: "Audience", hint: "Only where the documentation asks for one." }],
  },
  url: {
    title: "Secret URL",
    hint: "The URL itself is the secret, as with incoming webhooks.",
    begin: {
      kind: "url",
      title: "Secret address",
      fields: [{ name: "hook", in: "secret", label: "Secret address", url: true, required: true }],
    },
    lines: [],
  },
  none: { title: "No login", hint: "The API needs no login.", begin: { kind: "none" }, lines: [] },
} satisfies Partial<Record<LoginKind, LoginWords>>;

/** A kind of login that has a form. */
export type FormKind = keyof typeof loginWords;

/** What the form of a login says. */
export const wordsOf = ({ kind }: Login): Omit<LoginWords, "begin"> =>
  (loginWords as Partial<Record<LoginKind, LoginWords>>)[kind] ?? { title: kind, hint: "It is written under JSON.", lines: [] };

/** The kinds that a definition does not have yet. */
export const furtherKinds = ({ auth = [] }: Definition): FormKind[] =>
  (Object.keys(loginWords) as FormKind[]).filter((kind) => !auth.some((login) => login.kind === kind));

/** A member of a login as its form shows it. */
export function lineOf(login: Login, member: string): string {
  const value = (login as Record<string, unknown>)[member];
  return Array.isArray(value) ? value.join(" ") : typeof value === "string" ? value : "";
}

/** The login with a line filled in otherwise. */
export function withLine(login: Login, member: string, written: string): Login {
  const patch: Record<string, unknown> = { [member]: written === "" && !isKept(login, member) ? undefined : written };
  if (member === "scopes") patch["scopes"] = written.split(/[\s,]+/).filter((scope) => scope !== "");
  if (member === "tokenUrl") patch["tokenPath"] = URL.canParse(written) ? new URL(written).pathname : "/";
  return patched(login, patch as Partial<Login>);
}

/** What a login cannot be without stays there, empty, so that the check asks for it. */
const isKept = (login: Login, member: string): boolean =>
  wordsOf(login).lines.some((line) => line.member === member && line.required === true);

/** The words for the secret that a person is asked for: its label and where to find it. */
export const secretOf = (login: Login): { label: string; help: string } => {
  const field = "fields" in login ? login.fields?.find(({ name }) => name === "token") : undefined;
  return { label: field?.label ?? "", help: field?.help ?? "" };
};

/** Whether the login is one text, for which a label and a help can be said. */
export const hasOneSecret = ({ kind }: Login): boolean => kind === "token" || kind === "header" || kind === "query";

/** The login asking for its secret in other words. What else it asks for stays. */
export function withSecret(login: Login, { label, help }: { label: string; help: string }): Login {
  const others = otherFields(login);
  const isUsual = label === "" && help === "" && others.length === 0;
  return withFields(login, isUsual ? undefined : [keyField({ label, help }), ...others]);
}

type LoginFields = NonNullable<Extract<Login, { kind: "token" }>["fields"]>;

const keyField = ({ label, help }: { label: string; help: string }): LoginFields[number] => ({
  name: "token",
  in: "secret",
  label: label === "" ? "API key" : label,
  ...(help !== "" && { help }),
  required: true,
});
const otherFields = (login: Login): LoginFields => ("fields" in login ? (login.fields ?? []).filter(({ name }) => name !== "token") : []);
const withFields = (login: Login, fields: LoginFields | undefined): Login =>
  patched(login as Extract<Login, { kind: "token" }>, { fields });

const passwordFields: LoginFields = [
  { name: "username", in: "secret", label: "User name", required: true, readable: true },
  { name: "password", in: "secret", label: "Password", verbatim: true },
];

/** The login without a field for a secret that comes from elsewhere. */
export function withoutSecretField(login: Login, name: string): Login {
  const fields = "fields" in login ? login.fields : undefined;
  return fields === undefined
    ? login
    : withFields(
        login,
        fields.filter((field) => field.name !== name),
      );
}

/** The login asking for a further secret: the one by which the app's events are checked. Logins that cannot ask for one stay as they are. */
export function withFurtherSecret(login: Login, name: string, label: string): Login {
  const fields = "fields" in login ? login.fields : undefined;
  const usual = hasOneSecret(login) ? [keyField(secretOf(login))] : login.kind === "basic" ? passwordFields : undefined;
  const asked = fields ?? usual;
  if (asked === undefined || login.kind === "url" || asked.some((field) => field.name === name)) return login;
  return withFields(login, [...asked, { name, in: "secret", label }]);
}
