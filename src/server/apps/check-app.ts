import { badInput, MillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import type { AppDefinition } from "#api/schemas.ts";
import { isOfTransport, setByMillrace } from "#catalog/definition-texts.ts";
import { usualSecretNames } from "#catalog/login.ts";
import { loginKinds } from "#catalog/logins/kinds.ts";
import { nearest } from "#catalog/nearest.ts";
import { positionNames } from "#catalog/paging.ts";
import type { JsonSchema } from "#catalog/types.ts";
import { webhookProblems, webhookSecretFields } from "./check-webhooks.ts";
import { variableProblems } from "./check-variables.ts";
import type { DefinitionProblem } from "./definition-problem.ts";

type OperationDefinition = AppDefinition["operations"][number];
type FieldDefinition = OperationDefinition["input"][number];
type SchemeDefinition = AppDefinition["auth"][number];

/** Throws BAD_INPUT naming the first thing in a definition that does not fit the rest of it. `hooks`: the code an app may name. */
export function checkApp(definition: AppDefinition, hooks: readonly string[]): void {
  const [first] = problemsOf(definition, hooks);
  if (first) throw badInput(first.field, first.problem);
}

/** All that does not fit together in a definition. */
export function problemsOf(definition: AppDefinition, hooks: readonly string[]): DefinitionProblem[] {
  const check = new AppCheck(definition, hooks);
  check.run();
  return check.problems;
}

class AppCheck {
  readonly problems: DefinitionProblem[] = [];
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

  /** Makes one check; what it throws is kept beside what others found. */
  #attempt(check: () => void): void {
    try {
      check();
    } catch (thrown) {
      if (!(thrown instanceof MillraceError) || thrown.code !== "BAD_INPUT") throw thrown;
      this.problems.push({ field: String(thrown.details["field"]), problem: String(thrown.details["problem"]) });
    }
  }

  run(): void {
    this.#attempt(() => this.#checkIds());
    const forWebhooks = webhookSecretFields(this.#app);
    this.#app.auth.forEach((scheme, i) => this.#attempt(() => checkScheme(scheme, forWebhooks, `auth.${i}`)));
    this.problems.push(...webhookProblems(this.#app));
    this.problems.push(...variableProblems(this.#app));
    this.#checkFacts();
    this.#app.operations.forEach((operation, i) => this.#checkOperation(operation, `operations.${i}`));
    this.#checkReferences();
  }

  #checkIds(): void {
    const { operations, triggers, auth } = this.#app;
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
  }

  #checkFacts(): void {
    const { headers = {}, prepare } = this.#app;
    for (const name of Object.keys(headers)) this.#attempt(() => checkHeader(`headers.${name}`, name));
    if (prepare !== undefined && !this.#hooks.includes(prepare))
      this.#attempt(() => {
        throw badInput("prepare", `is one of ${this.#hooks.join(", ")}`);
      });
  }

  /** Operations that are named elsewhere in the definition. */
  #checkReferences(): void {
    const { probe = [], home, finders = {}, refusals, triggers } = this.#app;
    probe.forEach((read, i) => this.#attempt(() => this.#checkRead(`probe.${i}.operation`, read.operation)));
    if (home) this.#attempt(() => this.#checkRead("home.operation", home.operation));
    for (const [name, id] of Object.entries(finders)) this.#attempt(() => this.#find(`finders.${name}`, id));
    refusals.forEach(({ message, operations: ids = [] }, i) => {
      if (message !== undefined) this.#attempt(() => checkPattern(`refusals.${i}.message`, message));
      ids.forEach((id, j) => this.#attempt(() => this.#find(`refusals.${i}.operations.${j}`, id)));
    });
    triggers.forEach(({ reconcile }, i) => {
      if (reconcile) this.#attempt(() => this.#checkRead(`triggers.${i}.reconcile.operation`, reconcile.operation));
    });
  }

  #checkOperation(operation: OperationDefinition, at: string): void {
    const { input, paging, confirm, before } = operation;
    this.#attempt(() => {
      requireOnce(
        `${at}.input`,
        input.map(({ name }) => name),
        "is the name of two inputs",
      );
    });
    this.#attempt(() => this.#checkEffect(operation, at));
    this.#attempt(() => this.#checkPath(operation, at));
    input.forEach((field, i) => this.#attempt(() => this.#checkField(field, operation, `${at}.input.${i}`)));
    this.#attempt(() => this.#checkList(operation, at));
    if (paging) this.#attempt(() => this.#checkPaging(operation, `${at}.paging`));
    if (confirm) this.#attempt(() => this.#checkConfirm(confirm, `${at}.confirm`));
    if (before) this.#attempt(() => this.#checkRead(`${at}.before.operation`, before.operation));
    this.#attempt(() => this.#checkRules(operation, `${at}.rules`));
  }

  #checkEffect({ method, effect, path }: OperationDefinition, at: string): void {
    if (effect === "read" && method !== "GET" && method !== "POST") throw badInput(`${at}.effect`, `a ${method} cannot be a read`);
    if (method === "GET" && effect !== "read" && !this.#isSecret(path)) throw badInput(`${at}.effect`, "a GET is a read");
  }

  /** Without anything to compare, the first record of the list would count as the one that was made. */
  #checkConfirm({ operation, input, match }: NonNullable<OperationDefinition["confirm"]>, at: string): void {
    this.#checkRead(`${at}.operation`, operation);
    if (Object.keys(match).length > 0) return;
    if (this.#operations.get(operation)?.list || Object.keys(input).length === 0)
      throw badInput(`${at}.match`, "names no field by which the record is recognised; name at least one that is the same");
  }

  #checkList({ paging, newest, list }: OperationDefinition, at: string): void {
    if ((paging || newest) && !list) throw badInput(`${at}.list`, "is needed beside paging and newest: only a list has pages");
  }

  #checkRules(operation: OperationDefinition, at: string): void {
    const { rules = [], fresh } = operation;
    const named = rules.flatMap((rule) => (rule.kind === "window" ? [rule.from, rule.to] : rule.fields));
    for (const name of fresh === undefined ? named : [...named, fresh]) this.#requireInput(operation, name, at);
  }

  /** What moves a list on is sent like any other input, so each has to be one. */
  #checkPaging({ input, paging }: OperationDefinition, at: string): void {
    if (!paging || !("size" in paging)) return;
    for (const name of [paging.size, ...positionNames(paging)]) {
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
      if (!this.#operations.get(id)?.list) throw badInput(`${at}.lookup.operation`, `'${id}' does not return a list`);
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
    if (this.#find(at, id).effect !== "read") throw badInput(at, `'${id}' is not a read operation`);
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
  const seen = new Set<string>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  if (twice !== undefined) throw badInput(field, `'${twice}' ${problem}`);
}

function requireObject(at: string, schema: JsonSchema): void {
  if (!isObject(schema) || schema.type !== "object") throw badInput(at, 'is {"type": "object"} where the input is the whole query');
}

function suggestion(name: string, names: readonly string[]): string {
  const guess = nearest(name, names);
  return guess === undefined ? "" : `; did you mean '${guess}'`;
}
