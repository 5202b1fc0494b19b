import { isObject } from "#kernel/json.ts";
import type { AuthScheme, LoginField } from "./types.ts";

const token: LoginField = { name: "token", in: "secret", label: "Token", required: true };

/** What each kind of login asks for where the app does not say otherwise. */
const usualFields: Record<AuthScheme["kind"], readonly LoginField[]> = {
  none: [],
  token: [token],
  header: [{ ...token, label: "Value of the header" }],
  query: [{ ...token, label: "Value of the parameter" }],
  basic: [
    { name: "username", in: "secret", label: "User name", required: true, readable: true },
    { name: "password", in: "secret", label: "Password", verbatim: true },
  ],
  oauth2: [
    { name: "accessToken", in: "secret", label: "Access token", required: { without: "refreshToken" } },
    {
      name: "refreshToken",
      in: "secret",
      label: "Refresh token",
      help: "It can be used once; Millrace keeps the new one it is given.",
    },
    { name: "clientId", in: "secret", label: "Client id", required: { with: "refreshToken" }, readable: true },
    {
      name: "clientSecret",
      in: "secret",
      label: "Client secret",
      help: "The client is needed to renew the token.",
      required: { with: "refreshToken" },
    },
    { name: "expiresAt", in: "secret", label: "End of the access token, in milliseconds since 1970", unasked: true },
  ],
  url: [],
};

const sealedNames = (fields: readonly LoginField[]): string[] => fields.flatMap((field) => (field.in === "secret" ? [field.name] : []));

/** The names of what a login of this kind sends, whatever an app calls its fields. */
export const usualSecretNames = (kind: AuthScheme["kind"]): string[] => sealedNames(usualFields[kind]);

/** The names that the secret of this scheme may have: those it asks for, and those that its kind always has. */
export const secretNames = (scheme: AuthScheme): string[] => [
  ...new Set([...sealedNames(fieldsOf(scheme)), ...usualSecretNames(scheme.kind)]),
];

/**
 * A secret as one flat record of texts. Earlier versions sealed, and took, the addresses of a login in a record of their own (`urls`) and
 * times as numbers.
 */
export function flatSecret(value: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(value).flatMap(([name, member]): [string, string][] => {
    if (typeof member === "string") return [[name, member]];
    if (typeof member === "number") return [[name, String(member)]];
    return isObject(member) ? Object.entries(flatSecret(member)) : [];
  });
  return Object.fromEntries(entries);
}

/** What a login asks for, in the order of its form. */
export const fieldsOf = ({ kind, fields }: AuthScheme): readonly LoginField[] => fields ?? usualFields[kind];

/** Whether a field has to be filled beside these values. */
export function isNeeded({ required }: LoginField, values: Readonly<Record<string, string | undefined>>): boolean {
  if (required === undefined || required === true) return required === true;
  return "with" in required ? Boolean(values[required.with]) : !values[required.without];
}

/** How people call a kind of login. */
export const titleOfLogin = ({ title }: AuthScheme): string => title ?? "No login";

/** Whether every call needs a login: an app that can be asked by anybody needs no connection. */
export const needsLogin = ({ auth }: { auth: readonly AuthScheme[] }): boolean => !auth.some(({ kind }) => kind === "none");
