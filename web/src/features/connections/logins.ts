import type { ConnectionBody, ConnectionView } from "#api/schemas.ts";

export type Auth = ConnectionBody["auth"];

/** One thing a login asks for. `at` is its place in what is sent: `secret.token`, `settings.header`. */
export interface LoginField {
  at: string;
  label: string;
  hint?: string;
  optional?: true;
}
export interface Login {
  auth: Auth;
  title: string;
  fields: LoginField[];
}

const token: LoginField = { at: "secret.token", label: "Token" };
const oauth2: LoginField[] = [
  { at: "secret.accessToken", label: "Access token" },
  {
    at: "secret.refreshToken",
    label: "Refresh token",
    hint: "It can be used once; Millrace keeps the new one it is given.",
    optional: true,
  },
  { at: "secret.clientId", label: "Client id", optional: true },
  { at: "secret.clientSecret", label: "Client secret", hint: "The client is needed to renew the token.", optional: true },
];

const byApp: Record<string, Login[]> = {
  highlevel: [
    {
      auth: "token",
      title: "Private Integration token",
      fields: [{ ...token, hint: "In HighLevel: Settings, Private integrations. It begins with pit-." }],
    },
    { auth: "oauth2", title: "Tokens of a marketplace app", fields: oauth2 },
  ],
  sightmill: [
    {
      auth: "url",
      title: "The project's webhook addresses",
      fields: [
        { at: "secret.urls.send_email_survey", label: "Address that sends an e-mail survey", optional: true },
        { at: "secret.urls.send_sms_survey", label: "Address that sends an SMS survey", optional: true },
        { at: "secret.urls.add_contact", label: "Address that adds a contact", optional: true },
      ],
    },
  ],
};

const generic: Login[] = [
  { auth: "token", title: "Bearer token", fields: [token] },
  {
    auth: "header",
    title: "A header of its own",
    fields: [
      { at: "settings.header", label: "Name of the header" },
      { ...token, label: "Value of the header" },
    ],
  },
  {
    auth: "query",
    title: "A parameter in the address",
    fields: [
      { at: "settings.param", label: "Name of the parameter" },
      { ...token, label: "Value of the parameter" },
    ],
  },
  {
    auth: "basic",
    title: "User name and password",
    fields: [
      { at: "secret.username", label: "User name" },
      { at: "secret.password", label: "Password", optional: true },
    ],
  },
  { auth: "none", title: "No login", fields: [] },
];

/** The ways to log in to an app, the usual one first. */
export function loginsOf(app: string): Login[] {
  return byApp[app] ?? generic;
}

/** A connection's way to log in, without what is no secret and stays as it is. */
export function secretOf({ app, auth }: Pick<ConnectionView, "app" | "auth">): Login {
  const login = loginsOf(app).find((one) => one.auth === auth) ?? { auth: "none" as const, title: "", fields: [] };
  return { ...login, fields: login.fields.filter((field) => field.at.startsWith("secret.")) };
}

/** What has been typed, by place. */
export type Draft = Readonly<Record<string, string>>;

/** Whether enough is filled in to try: every field that is needed, and where none is, at least one. */
export function isReady({ fields }: Login, draft: Draft): boolean {
  const filled = (field: LoginField) => (draft[field.at] ?? "").trim() !== "";
  return fields.every((field) => field.optional === true || filled(field)) && (fields.length === 0 || fields.some(filled));
}

/** The draft as the API takes it: only what was filled in, each at its place. */
export function loginBody(draft: Draft): Pick<ConnectionBody, "secret" | "settings"> {
  const body: { secret: Record<string, unknown>; settings: Record<string, string> } = { secret: {}, settings: {} };
  const urls: Record<string, string> = {};
  for (const [at, typed] of Object.entries(draft)) {
    const value = typed.trim();
    const [part, name, inner] = at.split(".");
    if (value === "" || name === undefined) continue;
    if (inner !== undefined) urls[inner] = value;
    else if (part === "settings") body.settings[name] = value;
    else body.secret[name] = value;
  }
  return {
    secret: { ...body.secret, ...(Object.keys(urls).length > 0 ? { urls } : {}) },
    ...(Object.keys(body.settings).length > 0 ? { settings: body.settings } : {}),
  };
}
