import { z } from "zod";
import { basic } from "./basic.ts";
import { client } from "./client.ts";
import { header } from "./header.ts";
import type { LoginKind, LoginSetting } from "./kind.ts";
import { none } from "./none.ts";
import { oauth2 } from "./oauth2.ts";
import { query } from "./query.ts";
import { token } from "./token.ts";
import { url } from "./url.ts";

/** Every kind of login. The contract, the vault, the calls and the forms read this table. */
const kinds = { none, token, oauth2, client, header, query, basic, url };

type Kinds = typeof kinds;
export type LoginKindName = keyof Kinds;
export const loginKindNames = Object.keys(kinds) as [LoginKindName, ...LoginKindName[]];

type SchemeOf<K extends LoginKindName> = { kind: K } & z.infer<z.ZodObject<Kinds[K]["members"]>>;
/** One way to log in to an app. */
export type AuthScheme = { [K in LoginKindName]: SchemeOf<K> }[LoginKindName];

/** The kind of a login, with everything that is particular to it. */
export const loginKinds: Readonly<Record<LoginKindName, LoginKind>> = kinds;

const schemes = loginKindNames.map((name) => z.strictObject({ kind: z.literal(name), ...loginKinds[name].members }));

/** One way to log in, as an app's definition says it. Its type is that of the kinds, which a union made from a list does not know. */
export const authScheme = z.discriminatedUnion(
  "kind",
  schemes as [(typeof schemes)[number], ...typeof schemes],
) as unknown as z.ZodType<AuthScheme>;

/** The settings of all kinds, by name: what each of them is. */
export const loginSettings: Readonly<Record<string, LoginSetting>> = Object.assign(
  {},
  ...loginKindNames.map((name) => loginKinds[name].settings),
);
