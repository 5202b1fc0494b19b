import type { LoginField } from "#catalog/logins/field.ts";
import type { LoginKindName } from "#catalog/logins/kinds.ts";
import { isNeeded } from "#catalog/logins/needed.ts";

/** One way to log in, as a form asks for it: on the page and at the keyboard. */
export interface LoginForm {
  kind: LoginKindName;
  title: string;
  fields: readonly LoginField[];
}

/** What has been typed, by place: `secret.token`, `setting.header`. */
export type LoginDraft = Readonly<Record<string, string>>;

export const placeOf = ({ in: place, name }: LoginField): string => `${place}.${name}`;

/** The typed values of a place by the names of its fields, without what was left empty. */
const partOf = (place: LoginField["in"], { fields }: LoginForm, draft: LoginDraft): Record<string, string> =>
  Object.fromEntries(
    fields
      .filter((field) => field.in === place)
      .map((field): [string, string] => [field.name, (draft[placeOf(field)] ?? "").trim()])
      .filter(([, value]) => value !== ""),
  );

/** Whether enough is filled in to try: every field that is needed, and where none is, at least one. */
export function isReady(login: LoginForm, draft: LoginDraft): boolean {
  const values = { ...partOf("setting", login, draft), ...partOf("secret", login, draft) };
  const isThere = login.fields.every((field) => !isNeeded(field, values) || values[field.name] !== undefined);
  return isThere && (login.fields.length === 0 || Object.keys(values).length > 0);
}

/** The draft as the API takes it: only what was filled in, each at its place. */
export function loginBody(login: LoginForm, draft: LoginDraft): { secret: Record<string, string>; settings?: Record<string, string> } {
  const settings = partOf("setting", login, draft);
  return { secret: partOf("secret", login, draft), ...(Object.keys(settings).length > 0 && { settings }) };
}

/** A way to log in without what is no secret and stays as it is. */
export const secretOnly = <Login extends LoginForm>(login: Login): Login => ({
  ...login,
  fields: login.fields.filter((field) => field.in === "secret"),
});
