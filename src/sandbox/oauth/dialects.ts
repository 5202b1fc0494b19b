import { isObject } from "#kernel/json.ts";
import { textOf } from "../highlevel/call.ts";

export type Form = Record<string, string | undefined>;

/** How the older and the newer version of the token endpoints spell the same names. */
export interface Dialect {
  read(body: unknown): Form;
  /** A parameter's name as the caller knows it. */
  name(parameter: string): string;
  write(answer: Record<string, unknown>): Record<string, unknown>;
}

/** Fields of a form, a JSON body or a query, texts only. */
export const formOf = (body: unknown): Form =>
  Object.fromEntries(Object.entries(isObject(body) ? body : {}).map(([name, value]) => [name, textOf(value)]));

const camel = (name: string) => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const snake = (name: string) => (oauthNames.has(name) ? name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : name);
const oauthNames = new Set(["clientId", "clientSecret", "grantType", "refreshToken", "redirectUri", "userType"]);
const renamed = <V>(record: Record<string, V>, rename: (name: string) => string) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [rename(name), value]));

const older: Dialect = { read: formOf, name: (parameter) => parameter, write: (answer) => answer };
const newer: Dialect = {
  // Names of the older version are unknown to the newer one.
  read: (body) => renamed(Object.fromEntries(Object.entries(formOf(body)).filter(([name]) => !name.includes("_"))), snake),
  name: camel,
  write: (answer) => renamed(answer, camel),
};

export const dialectOf = (version: string | undefined): Dialect => (version?.trim() === "v3" ? newer : older);
