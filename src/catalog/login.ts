import { isObject } from "#kernel/json.ts";
import { hasAddress } from "./address.ts";
import type { LoginField } from "./logins/field.ts";
import { loginKinds, type AuthScheme, type LoginKindName } from "./logins/kinds.ts";
import type { App } from "./types.ts";

const sealedNames = (fields: readonly LoginField[]): string[] => fields.flatMap((field) => (field.in === "secret" ? [field.name] : []));

/** The names of what a login of this kind sends, whatever an app calls its fields. */
export const usualSecretNames = (kind: LoginKindName): string[] => sealedNames(loginKinds[kind].fields);

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
export const fieldsOf = (scheme: AuthScheme): readonly LoginField[] =>
  ("fields" in scheme ? scheme.fields : undefined) ?? loginKinds[scheme.kind].fields;

/** How a person can allow the login at a page of the app; null where that is not how it is got. */
export function consentOf(scheme: AuthScheme): { asker: LoginField[]; register: string | null } | null {
  const { consent } = loginKinds[scheme.kind];
  if (!consent) return null;
  const asker = fieldsOf(scheme).filter(({ name, in: place }) => place === "setting" || consent.asker.includes(name));
  return { asker, register: ("register" in scheme ? scheme.register : undefined) ?? null };
}

/** How people call a kind of login. */
export const titleOfLogin = ({ title }: AuthScheme): string => title ?? "No login";

/** Whether a login of this kind has no secret, so that everybody may make its calls. */
export const isOpen = (kind: LoginKindName): boolean => loginKinds[kind].open === true;

/** Whether every call needs a connection. An app that can be asked by anybody, at an address that is known, needs none. */
export const needsLogin = (app: Pick<App, "auth" | "baseUrl" | "operations" | "variables">): boolean =>
  !app.auth.some(({ kind }) => isOpen(kind)) || !hasAddress(app);
