import { fieldLabel } from "#kernel/field-words.ts";
import { shortName } from "#kernel/short-name.ts";
import {
  type EditedApp,
  type Definition,
  type Field,
  fieldsOf,
  type Guesses,
  type Operation,
  operationsOf,
  type SubscribeRule,
  triggersOf,
} from "./types.ts";

/** An object with some members changed; one that becomes undefined is taken out. */
export function patched<T extends object>(value: T, patch: Partial<T>): T {
  const next = { ...value, ...patch };
  for (const name of Object.keys(patch) as (keyof T)[]) if (next[name] === undefined) delete next[name];
  return next;
}

const replaceAt = <T>(list: readonly T[], index: number, item: T): T[] => list.map((old, i) => (i === index ? item : old));

/** The definition with another operation in a place. What names the operation by its id follows a new id. */
export function putOperation(definition: Definition, index: number, operation: Operation): Definition {
  const old = operationsOf(definition)[index];
  const next = { ...definition, operations: replaceAt(operationsOf(definition), index, operation) };
  return old === undefined || old.id === operation.id ? next : renamed(next, old.id, operation.id);
}

/** The definition with all that names an operation naming it by another id. */
function renamed(definition: Definition, from: string, to: string): Definition {
  const read = <T extends { operation: string } | undefined>(one: T): T =>
    one !== undefined && one.operation === from ? { ...one, operation: to } : one;
  const operations = operationsOf(definition).map((operation) => ({
    ...operation,
    ...(operation.confirm && { confirm: read(operation.confirm) }),
    ...(operation.before && { before: read(operation.before) }),
    ...(operation.input && {
      input: fieldsOf(operation).map((field) => (field.lookup ? { ...field, lookup: read(field.lookup) } : field)),
    }),
  }));
  const triggers = triggersOf(definition).map((trigger) =>
    trigger.reconcile ? { ...trigger, reconcile: read(trigger.reconcile) } : trigger,
  );
  return {
    ...definition,
    operations,
    ...(definition.triggers && { triggers }),
    ...(definition.probe && { probe: definition.probe.map(read) }),
    ...(definition.webhooks?.subscribe && {
      webhooks: { ...definition.webhooks, subscribe: renamedIn(definition.webhooks.subscribe, read) },
    }),
  };
}

const renamedIn = (
  { unsubscribe, list, ...subscribe }: SubscribeRule,
  read: <T extends { operation: string } | undefined>(one: T) => T,
): SubscribeRule => ({ ...read(subscribe), ...(unsubscribe && { unsubscribe: read(unsubscribe) }), ...(list && { list: read(list) }) });

/** Operations added at the end. One whose id is there already gets a number. */
export function addOperations(definition: Definition, added: readonly Operation[]): Definition {
  const ids = new Set([...operationsOf(definition), ...triggersOf(definition)].map(({ id }) => id));
  const operations = added.map((operation) => {
    const id = freeId(operation.id, ids);
    ids.add(id);
    return id === operation.id ? operation : { ...operation, id };
  });
  return { ...definition, operations: [...operationsOf(definition), ...operations] };
}

/** An id that nothing has yet: `tickets.create_2`. */
export function freeId(id: string, ids: { has(id: string): boolean }): string {
  if (!ids.has(id)) return id;
  for (let n = 2; ; n++) if (!ids.has(`${id}_${n}`)) return `${id}_${n}`;
}

/** An id made of a title: "Ticket created" is `ticket.created` of an event (`between` its last two words a dot), `ticket_created` of an operation. */
export function idOf(title: string, between: "." | "_"): string {
  const words = shortName(title, "new")
    .replace(/^[^a-z]+/, "")
    .split("-")
    .filter((word) => word !== "");
  const last = words.length > 1 ? words.pop() : undefined;
  const first = words.join("_") || "new";
  return (last === undefined ? first : `${first}${between}${last}`).slice(0, 76);
}

/** What stands in braces in a path, in order. */
export const placeholdersOf = (path: string): string[] => [
  ...new Set([...path.matchAll(/\{([A-Za-z_][\w-]*)\}/g)].map(([, name]) => name!)),
];

/** The definition with another base address: each name in braces is filled in by connections, and one that is in no address any more is not asked for. */
export function withAddress(definition: Definition, baseUrl: string): Definition {
  const { variables = [], auth = [] } = definition;
  const elsewhere = placeholdersOf(JSON.stringify(auth));
  const names = [...new Set([...placeholdersOf(baseUrl), ...elsewhere])];
  const asked = names.flatMap((name) => {
    const before = variables.find((one) => one.name === name);
    if (before !== undefined) return [before];
    return elsewhere.includes(name) ? [] : [{ name, label: fieldLabel(name) }];
  });
  return patched(definition, { baseUrl: baseUrl === "" ? undefined : baseUrl, variables: asked.length === 0 ? undefined : asked });
}

/** The operation with another path: each name in braces is a field, and a field of a name that is gone goes with it. */
export function withPath(operation: Operation, path: string): Operation {
  const names = placeholdersOf(path);
  const before = placeholdersOf(operation.path);
  const isGone = (field: Field): boolean => {
    const name = field.wire ?? field.name;
    return field.in === "path" && before.includes(name) && !names.includes(name);
  };
  const kept = fieldsOf(operation).filter((field) => !isGone(field));
  const filled = new Set(kept.filter((field) => field.in === "path").map(({ name, wire = name }) => wire));
  const taken = new Set(kept.map(({ name }) => name));
  const added = names
    .filter((name) => !filled.has(name))
    .map((name): Field => {
      const free = freeId(name, taken);
      return { name: free, in: "path", ...(free !== name && { wire: name }), required: true, label: fieldLabel(name) };
    });
  return { ...operation, path, input: [...added, ...kept] };
}

/** The operation with another method: what was in the body is asked for in the query where there is no body, and the other way round. */
export function withMethod(operation: Operation, method: Operation["method"]): Operation {
  const from = method === "GET" ? "body" : "query";
  const to = method === "GET" ? "query" : "body";
  const moves = (method === "GET") !== (operation.method === "GET");
  const input = fieldsOf(operation).map((field): Field => (moves && field.in === from ? { ...field, in: to } : field));
  return { ...operation, method, input };
}

/** The draft without a guess: somebody has looked at it. `member` left out: without all guesses of the operation. */
export function confirmed(guesses: Guesses, operation: string, member?: string): Guesses {
  const rest = (guesses[operation] ?? []).filter((guess) => member !== undefined && !isOf(guess.member, member));
  const { [operation]: _, ...others } = guesses;
  return rest.length === 0 ? others : { ...others, [operation]: rest };
}

/** Whether a guess is about a member or something within it: `paging` and `paging.max`. */
export const isOf = (guess: string, member: string): boolean => guess === member || guess.startsWith(`${member}.`);

/** The draft with another operation in a place; its guesses follow its id. */
export function replaceOperation(draft: EditedApp, index: number, operation: Operation): EditedApp {
  const old = operationsOf(draft.definition)[index];
  const definition = putOperation(draft.definition, index, operation);
  if (old === undefined || old.id === operation.id || draft.guesses[old.id] === undefined) return { ...draft, definition };
  const { [old.id]: moved, ...others } = draft.guesses;
  return { definition, guesses: { ...others, [operation.id]: moved! } };
}

/** The draft without an operation, and without its guesses. */
export function removeOperation({ definition, guesses }: EditedApp, index: number): EditedApp {
  const operations = operationsOf(definition);
  const gone = operations[index];
  return {
    definition: { ...definition, operations: operations.filter((_, i) => i !== index) },
    guesses: gone === undefined ? guesses : confirmed(guesses, gone.id),
  };
}
