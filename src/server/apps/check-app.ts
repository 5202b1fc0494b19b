import { badInput } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import type { AppDefinition } from "#api/schemas.ts";
import { isOfTransport, setByMillrace } from "#catalog/definition-texts.ts";
import { usualSecretNames } from "#catalog/login.ts";
import { loginKinds } from "#catalog/logins/kinds.ts";
import { nearest } from "#catalog/nearest.ts";
import type { JsonSchema } from "#catalog/types.ts";
import { webhookProblems, webhookSecretFields } from "./check-webhooks.ts";

type OperationDefinition = AppDefinition["operations"][number];
type FieldDefinition = OperationDefinition["input"][number];
type SchemeDefinition = AppDefinition["auth"][number];

/** Throws BAD_INPUT naming the first thing in a definition that does not fit the rest of it. `hooks`: the code an app may name. */
export function checkApp(definition: AppDefinition, hooks: readonly string[]): void {
  new AppCheck(definition, hooks).run();
}

class AppCheck {
  readonly #app: AppDefinition;
  readonly #hooks: readonly string[];
  readonly #operations: ReadonlyMap<string, OperationDefinition>;
  readonly #addresses: ReadonlySet<string>;

  constructor(definition: AppDefinition, hooks: readonly string[]) {
    this.#app = definition;
    this.#hooks = hooks;
    this.#operations = new Map(definition.operations.map((operation) => [operation.id, operation]));
    this.#addresses = new Set(definition.auth.flatMap(addressNames));
  }

  run(): void {
    const { operations, triggers, auth, probe = [], home, finders = {}, prepare, refusals, headers = {}, baseUrl } = this.#app;
    requireOnce(
      "operations",
      [...operations, ...triggers].map(({ id }) => id),
      "is the id of two operations or triggers",
    );
    requireOnce(
      "auth",
      auth.map(({ kind }) => kind),
      "is the kind of two logins",
    );
    const [wrong] = webhookProblems(this.#app);
    if (wrong) throw badInput(wrong.field, wrong.problem);
    const forWebhooks = webhookSecretFields(this.#app);
    auth.forEach((scheme, i) => checkScheme(scheme, forWebhooks, `auth.${i}`));
    if (baseUrl === undefined && operations.some((operation) => operation.path.startsWith("/"))) {
      throw badInput("baseUrl", "is needed: it is where the paths of the operations begin");
    }
    for (const name of Object.keys(headers)) checkHeader(`headers.${name}`, name);
    if (prepare !== undefined && !this.#hooks.includes(prepare)) throw badInput("prepare", `is one of ${this.#hooks.join(", ")}`);
    operations.forEach((operation, i) => this.#checkOperation(operation, `operations.${i}`));
    probe.forEach((read, i) => this.#checkRead(`probe.${i}.operation`, read.operation));
    if (home) this.#checkRead("home.operation", home.operation);
    for (const [name, id] of Object.entries(finders)) this.#find(`finders.${name}`, id);
    refusals.forEach(({ message, operations: ids = [] }, i) => {
      if (message !== undefined) checkPattern(`refusals.${i}.message`, message);
      ids.forEach((id, j) => this.#find(`refusals.${i}.operations.${j}`, id));
    });
    triggers.forEach(({ reconcile }, i) => {
      if (reconcile) this.#checkRead(`triggers.${i}.reconcile.operation`, reconcile.operation);
    });
  }

  #checkOperation(operation: OperationDefinition, at: string): void {
    const { method, effect, path, input, paging, list, confirm, before, rules = [], fresh, newest } = operation;
    requireOnce(
      `${at}.input`,
      input.map(({ name }) => name),
      "is the name of two inputs",
    );
    if (effect === "read" && method !== "GET" && method !== "POST") throw badInput(`${at}.effect`, `a ${method} is no read`);
    if (method === "GET" && effect !== "read" && !this.#isSecret(path)) throw badInput(`${at}.effect`, "a GET is a read");
    this.#checkPath(operation, at);
    input.forEach((field, i) => this.#checkField(field, operation, `${at}.input.${i}`));
    if ((paging || newest) && !list) throw badInput(`${at}.list`, "is needed beside paging and newest: only a list has pages");
    if (paging) this.#checkPaging(operation, `${at}.paging`);
    if (confirm) this.#checkRead(`${at}.confirm.operation`, confirm.operation);
    if (before) this.#checkRead(`${at}.before.operation`, before.operation);
    const named = rules.flatMap((rule) => (rule.kind === "window" ? [rule.from, rule.to] : rule.fields));
    for (const name of fresh === undefined ? named : [...named, fresh]) this.#requireInput(operation, name, `${at}.rules`);
  }

  /** What moves a list on is sent like any other input, so each has to be one. */
  #checkPaging({ input, paging }: OperationDefinition, at: string): void {
    if (!paging || paging.style === "none") return;
    for (const name of [paging.size, ...movedBy(paging)]) {
      if (!input.some((field) => field.in === paging.in && (field.wire ?? field.name) === name)) {
        throw badInput(at, `no input with "in": "${paging.in}" is sent as '${name}'`);
      }
    }
  }

  #isSecret(path: string): boolean {
    return path.startsWith("secret-url:");
  }

  /** Every placeholder of the path is filled by an input that is always there, and every input of the path has its place in it. */
  #checkPath({ path, input }: OperationDefinition, at: string): void {
    if (this.#isSecret(path)) {
      const name = path.slice("secret-url:".length);
      if (!this.#addresses.has(name))
        throw badInput(`${at}.path`, `no login has an address '${name}'; name it in the fields of a login of kind url`);
      return;
    }
    const holes = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name!);
    const raw = holes.find((name) => name.startsWith("+"));
    if (raw !== undefined) throw badInput(`${at}.path`, `takes {${raw.slice(1)}}; values are always encoded`);
    const fields = input.filter((field) => field.in === "path");
    for (const name of holes) {
      const field = fields.find((each) => (each.wire ?? each.name) === name);
      if (!field) throw badInput(`${at}.path`, `no input with "in": "path" fills {${name}}`);
      if (!field.required && !field.fill)
        throw badInput(`${at}.input`, `'${field.name}' has to be required, because it is part of the path`);
    }
    const idle = fields.find(({ name, wire = name }) => !holes.includes(wire));
    if (idle) throw badInput(`${at}.path`, `has no {${idle.wire ?? idle.name}}, which the input '${idle.name}' would fill`);
  }

  #checkField(
    { name, in: place, wire, schema, lookup, suggest, control }: FieldDefinition,
    operation: OperationDefinition,
    at: string,
  ): void {
    if (place === "body" && operation.method === "GET") throw badInput(`${at}.in`, "a GET has no body; use query");
    if (place === "header") checkHeader(`${at}.name`, wire ?? name);
    if (place === "query" && wire !== undefined && wire === "") requireObject(`${at}.schema`, schema);
    if (control === "customFields" && this.#app.prepare === undefined) {
      throw badInput(`${at}.control`, "customFields needs the app's prepare to say how custom fields are sent");
    }
    if (suggest) this.#checkRead(`${at}.suggest.operation`, suggest.operation);
    if (suggest?.one) this.#checkRead(`${at}.suggest.one.operation`, suggest.one.operation);
    if (!lookup) return;
    for (const id of [lookup.operation, lookup.otherwise]) {
      if (id === undefined) continue;
      this.#checkRead(`${at}.lookup.operation`, id);
      if (!this.#operations.get(id)?.list) throw badInput(`${at}.lookup.operation`, `'${id}' is no list`);
    }
    if (lookup.within) this.#requireInput(operation, lookup.within.field, `${at}.lookup.within.field`);
    if (lookup.id !== undefined) checkPattern(`${at}.lookup.id`, lookup.id);
  }

  #requireInput({ id, input }: OperationDefinition, name: string, at: string): void {
    const names = input.map((field) => field.name);
    if (!names.includes(name)) throw badInput(at, `'${id}' has no input '${name}'${suggestion(name, names)}`);
  }

  #find(at: string, id: string): OperationDefinition {
    const operation = this.#operations.get(id);
    if (!operation) throw badInput(at, `the app has no operation '${id}'${suggestion(id, [...this.#operations.keys()])}`);
    return operation;
  }

  #checkRead(at: string, id: string): void {
    if (this.#find(at, id).effect !== "read") throw badInput(at, `'${id}' is no read`);
  }
}

/** The wire names of what moves from page to page. */
function movedBy(paging: Exclude<NonNullable<OperationDefinition["paging"]>, { style: "none" }>): string[] {
  switch (paging.style) {
    case "cursor":
      return Object.keys(paging.next);
    case "offset":
      return [paging.offset];
    case "page":
      return [paging.page, ...(paging.after ? [paging.after.field] : [])];
    case "lastRow":
      return [paging.field];
  }
}

/** The names of the addresses that a login holds, which operations reach as `secret-url:<name>`. */
const addressNames = (scheme: SchemeDefinition): string[] =>
  loginKinds[scheme.kind].holdsAddresses && "fields" in scheme ? (scheme.fields ?? []).map(({ name }) => name) : [];

/** The login's fields are those its kind sends, and the secrets of webhooks: another one would be asked for and never used. */
function checkScheme(scheme: SchemeDefinition, forWebhooks: readonly string[], at: string): void {
  if (!("fields" in scheme) || !scheme.fields) return;
  requireOnce(
    `${at}.fields`,
    scheme.fields.map(({ name }) => name),
    "is the name of two fields",
  );
  const sealed = usualSecretNames(scheme.kind);
  const { settings = {}, holdsAddresses } = loginKinds[scheme.kind];
  scheme.fields.forEach(({ name, in: place, url }, i) => {
    if (holdsAddresses) {
      if (place !== "secret" || !url) throw badInput(`${at}.fields.${i}`, 'is an address: "in": "secret", "url": true');
      return;
    }
    const usable = place === "secret" ? [...sealed, ...forWebhooks] : Object.keys(settings);
    if (!usable.includes(name))
      throw badInput(
        `${at}.fields.${i}.name`,
        `a login of kind ${scheme.kind} has ${usable.length === 0 ? `no such ${place}` : usable.join(", ")}`,
      );
  });
}

const logins = new Set(["authorization", "proxy-authorization", "cookie"]);

function checkHeader(at: string, name: string): void {
  const lower = name.toLowerCase();
  if (logins.has(lower)) throw badInput(at, "is where logins are sent; they belong in auth, so that they are sealed");
  if (isOfTransport(name)) throw badInput(at, setByMillrace(name));
}

/**
 * Patterns run on every value and every answer, so one that backtracks would stop everything. Anchored, without groups or alternatives
 * and with one repetition, a pattern takes time in proportion to the text. A `?` counts as one: forty of them take years.
 */
function checkPattern(at: string, pattern: string): void {
  const plain = pattern.replace(/\\./g, "").replace(/\[[^\]]*\]/g, "x");
  const repetitions = plain.match(/(?:[*+?]|\{\d+,\d*\})\??/g)?.length ?? 0;
  if (!pattern.startsWith("^")) throw badInput(at, "takes a pattern that begins with ^");
  if (/[()|]/.test(plain) || repetitions > 1)
    throw badInput(at, "takes a pattern without groups or alternatives and with one repetition at most");
  if (/\\[\dk]/.test(pattern)) throw badInput(at, "takes a pattern without references to what it matched before");
  try {
    new RegExp(pattern);
  } catch {
    throw badInput(at, "is not a regular expression");
  }
}

function requireOnce(field: string, names: readonly string[], problem: string): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw badInput(field, `'${twice}' ${problem}`);
}

function requireObject(at: string, schema: JsonSchema): void {
  if (!isObject(schema) || schema.type !== "object") throw badInput(at, 'is {"type": "object"} where the input is the whole query');
}

function suggestion(name: string, names: readonly string[]): string {
  const guess = nearest(name, names);
  return guess === undefined ? "" : `; did you mean '${guess}'`;
}
