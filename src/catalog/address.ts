/** The addresses of an app for one connection: where a definition has `{subdomain}`, the connection says what it is. */
import { MillraceError } from "#kernel/errors.ts";
import type { AuthScheme } from "./logins/kinds.ts";
import type { AddressVariable, App, ConnectionFacts } from "./types.ts";

type Addressed = Pick<App, "baseUrl" | "variables">;
type Filling = Pick<ConnectionFacts, "name" | "settings"> | null;

/** The names in braces, and where each of them stands. */
export interface Hole {
  name: string;
  in: "host" | "port" | "path";
}

/** The variables of an address, in order. What stands anywhere else, such as in the scheme, is no variable. */
export function holesOf(address: string): Hole[] {
  const { start, end } = authorityOf(address);
  return [...address.matchAll(/\{(\w+)\}/g)].map(({ 1: name, index }) => {
    if (index >= end) return { name: name!, in: "path" };
    return { name: name!, in: index > start && address[index - 1] === ":" ? "port" : "host" };
  });
}

/** Where host and port begin and end. */
function authorityOf(address: string): { start: number; end: number } {
  const start = /^[a-z]+:\/\//i.exec(address)?.[0].length ?? 0;
  const length = address.slice(start).search(/[/?#]/);
  return { start, end: length === -1 ? address.length : start + length };
}

const label = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i;
const host = /^(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)*[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?::\d{1,5})?$/i;
const segment = /^(?!\.{1,2}$)[\w.~-]{1,200}$/;

/**
 * What is wrong with the value of a variable; null where nothing is. A value stays in its place: one part of the host cannot become two, and
 * one of the path cannot climb out of it.
 */
export function variableProblem({ as, choices }: AddressVariable, places: readonly Hole["in"][], value: string): string | null {
  if (value === "") return "is needed: it is part of the address";
  if (choices && !choices.includes(value)) return `takes one of ${choices.join(", ")}`;
  if (places.includes("port") && !/^\d{1,5}$/.test(value)) return "takes the number of a port";
  if (places.includes("host")) {
    if (as === "host")
      return value.length <= 253 && host.test(value) ? null : "takes a host such as app.example.com, without https:// and without a path";
    return label.test(value) ? null : "takes one part of an address: letters, digits and dashes, without dots or slashes";
  }
  const parts = as === "path" ? value.replace(/^\/|\/$/g, "").split("/") : [value];
  return parts.every((part) => segment.test(part))
    ? null
    : `takes ${as === "path" ? "the parts of a path" : "one part of a path"}: letters, digits, dots and dashes`;
}

/**
 * An address with the connection's values in it. Without any, the usual values count. Among others a part of the host is never filled in by itself:
 * whoever may change a definition would lead the login to another host.
 */
export function filledAddress(address: string, { variables = [] }: Pick<App, "variables">, connection: Filling): string {
  if (!address.includes("{")) return address;
  const holes = holesOf(address);
  return address.replace(/\{(\w+)\}/g, (_, name: string) => {
    const variable = variables.find((each) => each.name === name);
    const places = holes.flatMap((hole) => (hole.name === name ? [hole.in] : []));
    const isFree = connection?.settings === undefined || places.every((place) => place === "path");
    const value = connection?.settings?.[name] ?? (isFree ? variable?.default : undefined) ?? "";
    const problem = variable ? variableProblem(variable, places, value) : "is not described";
    if (problem !== null) throw unfilled(variable?.label ?? name, problem, connection);
    return variable?.as === "path" ? value.replace(/^\/|\/$/g, "") : value;
  });
}

function unfilled(what: string, problem: string, connection: Filling): MillraceError {
  const where = connection
    ? `the connection '${connection.name}' has to say '${what}', which ${problem}`
    : "this needs a connection, which says where the app is";
  return new MillraceError("STEP_INPUT_INVALID", { details: { field: "connection", problem: where, outcome: "not_sent" } });
}

/** Where the paths of an app begin: at the connection's own address, else at the app's. */
export function baseAddressOf(app: Addressed, connection: (Filling & Pick<ConnectionFacts, "baseUrl">) | null | undefined): string {
  return connection?.baseUrl ?? filledAddress(app.baseUrl, app, connection ?? null);
}

/** A login with the connection's values in the addresses of its server; the same object where it has none, and where the connection has its own address. */
export function filledScheme<S extends AuthScheme>(
  scheme: S,
  app: Pick<App, "variables">,
  connection: (Filling & Pick<ConnectionFacts, "baseUrl">) | null,
): S {
  if (connection?.baseUrl !== undefined) return scheme;
  const texts = scheme as Readonly<Record<string, unknown>>;
  const filled = loginAddresses.flatMap((member) => {
    const address = texts[member];
    return typeof address === "string" && address.includes("{") ? [[member, filledAddress(address, app, connection)] as const] : [];
  });
  return filled.length === 0 ? scheme : { ...scheme, ...Object.fromEntries(filled) };
}

const loginAddresses = ["authorizeUrl", "tokenUrl", "issuer"] as const;

/** The addresses of an app that may have variables, by the member of the definition. */
export function addressesWithVariables({
  baseUrl = "",
  auth,
}: {
  baseUrl?: string | undefined;
  auth: readonly AuthScheme[];
}): [field: string, address: string][] {
  const ofLogins = auth.flatMap((scheme, i) =>
    loginAddresses.flatMap((member): [string, string][] => {
      const address = (scheme as Readonly<Record<string, unknown>>)[member];
      return typeof address === "string" ? [[`auth.${i}.${member}`, address]] : [];
    }),
  );
  return [...(baseUrl === "" ? [] : [["baseUrl", baseUrl] as [string, string]]), ...ofLogins];
}

/** Whether the app has no address of its own and its operations need one: then every connection says where it is. */
export const asksAddress = ({ baseUrl, operations }: Pick<App, "baseUrl" | "operations">): boolean =>
  baseUrl === "" && operations.some(({ path }) => path.startsWith("/"));

/** Whether the app can be called without a connection as far as its address goes. */
export const hasAddress = (app: Pick<App, "baseUrl" | "operations" | "variables">): boolean =>
  !asksAddress(app) && (app.variables ?? []).every((variable) => variable.default !== undefined);

/** The settings of a connection with the usual values of what it leaves open. They are kept with it: a definition that changes does not move a login. */
export function withUsualValues(
  app: Pick<App, "variables">,
  settings: Readonly<Record<string, string>> | undefined,
): Record<string, string> | undefined {
  const usual = (app.variables ?? []).flatMap(({ name, default: value }) =>
    value !== undefined && !settings?.[name] ? [[name, value] as const] : [],
  );
  return usual.length === 0 ? settings && { ...settings } : { ...settings, ...Object.fromEntries(usual) };
}

/** The first value that is missing or wrong among the settings of a connection. */
export function settingsProblem(
  app: Pick<App, "variables" | "baseUrl" | "auth">,
  settings: Readonly<Record<string, string>> = {},
): { name: string; problem: string } | null {
  const holes = addressesWithVariables(app).flatMap(([, address]) => holesOf(address));
  for (const variable of app.variables ?? []) {
    const places = holes.flatMap(({ name, in: place }) => (name === variable.name ? [place] : []));
    const problem = variableProblem(variable, places, settings[variable.name] ?? "");
    if (problem !== null) return { name: variable.name, problem };
  }
  return null;
}
