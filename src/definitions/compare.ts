/** What differs between two definitions of an app, in words. */
import type { AppDefinition } from "#api/schemas/apps.ts";
import type { DefinitionComparison } from "#api/schemas/app-drafts.ts";
import type { JsonSchema } from "#catalog/types.ts";
import { canonicalJson } from "#kernel/json.ts";
import { listed, typeWords } from "#kernel/words.ts";

export type DefinitionChange = DefinitionComparison["changes"][number];
type Operation = AppDefinition["operations"][number];
type Input = Operation["input"][number];
type Trigger = AppDefinition["triggers"][number];

/** All that differs, removals first: they are what flows may miss. */
export function compareDefinitions(before: AppDefinition, after: AppDefinition): DefinitionChange[] {
  const changes = [
    ...ofAddress(before.baseUrl, after.baseUrl),
    ...ofLogins(before.auth, after.auth),
    ...ofOperations(before.operations, after.operations),
    ...ofTriggers(before.triggers, after.triggers),
    ...ofOthers(before, after),
  ];
  const order = { removed: 0, changed: 1, added: 2 };
  return changes.toSorted((a, b) => order[a.kind] - order[b.kind]);
}

/** Most members are equal as they are written; only the others are put into one order. */
const isSame = (a: unknown, b: unknown): boolean =>
  a === b || JSON.stringify(a ?? null) === JSON.stringify(b ?? null) || canonicalJson(a ?? null) === canonicalJson(b ?? null);
const changed = (what: string, says: string): DefinitionChange => ({ kind: "changed", what, says });

function ofAddress(before: string | undefined, after: string | undefined): DefinitionChange[] {
  if (before === after) return [];
  const what = "baseUrl";
  if (after === undefined) return [{ kind: "removed", what, says: `The app has no base address any more; it was ${before}.` }];
  if (before === undefined) return [{ kind: "added", what, says: `The base address is ${after}.` }];
  return [changed(what, `The base address is ${after}; it was ${before}. Connections keep the app from moving to another host.`)];
}

function ofLogins(before: AppDefinition["auth"], after: AppDefinition["auth"]): DefinitionChange[] {
  const titleOf = ({ kind, title }: AppDefinition["auth"][number]) => title ?? kind;
  return pairsOf(before, after, ({ kind }) => kind).flatMap(([kind, was, is]): DefinitionChange[] => {
    const what = `auth.${kind}`;
    if (was === undefined) return [{ kind: "added", what, says: `The login '${titleOf(is!)}' is new.` }];
    if (is === undefined)
      return [{ kind: "removed", what, says: `The login '${titleOf(was)}' is gone; connections that use it stop working.` }];
    const members = membersChanged(was, is);
    return members.length === 0 ? [] : [changed(what, `The login '${titleOf(is)}' has another ${listed(members)}.`)];
  });
}

function ofOperations(before: readonly Operation[], after: readonly Operation[]): DefinitionChange[] {
  return pairsOf(before, after, ({ id }) => id).flatMap(([id, was, is]): DefinitionChange[] => {
    const what = `operations.${id}`;
    if (was === undefined) return [{ kind: "added", what, says: `'${is!.title}' is new.` }];
    if (is === undefined) return [{ kind: "removed", what, says: `'${was.title}' is gone.` }];
    return changesOf(was, is).map((says) => changed(what, `'${is.title}' ${says}.`));
  });
}

/** Members of an operation that other words tell of, or that only people read. */
const wordedMembers = new Set([
  "method",
  "path",
  "effect",
  "input",
  "result",
  "list",
  "title",
  "category",
  "note",
  "example",
  "output",
  "deprecated",
]);

function changesOf(was: Operation, is: Operation): string[] {
  const says: string[] = [];
  if (was.method !== is.method || was.path !== is.path) says.push(`is ${is.method} ${is.path} now; it was ${was.method} ${was.path}`);
  if (was.effect !== is.effect) says.push(`has the effect ${is.effect} now; it was ${was.effect}`);
  if (was.result !== is.result || (was.list ?? false) !== (is.list ?? false))
    says.push(`gives ${resultOf(is)} now; it was ${resultOf(was)}`);
  if (!(was.deprecated ?? false) && is.deprecated) says.push("is deprecated now");
  says.push(...inputChanges(was.input, is.input));
  if (!isSame(was.output, is.output)) says.push("has an answer of another shape");
  const others = membersChanged(was, is, wordedMembers);
  if (others.length > 0) says.push(`has another ${listed(others)}`);
  return says;
}

const resultOf = ({ result, list = false }: Operation): string =>
  `${list ? "the list" : "the record"} ${result === "" ? "that is the whole answer" : `at '${result}'`}`;

function inputChanges(before: readonly Input[], after: readonly Input[]): string[] {
  return pairsOf(before, after, ({ name }) => name).flatMap(([name, was, is]): string[] => {
    if (was === undefined) return [is!.required && !is!.fill ? `needs '${name}', which is new` : `also takes '${name}'`];
    if (is === undefined) return [`does not take '${name}' any more`];
    const says: string[] = [];
    if ((is.required ?? false) && !(was.required ?? false)) says.push(`needs '${name}' now`);
    if ((was.required ?? false) && !(is.required ?? false)) says.push(`does not need '${name}' any more`);
    if (typeOf(was.schema) !== typeOf(is.schema)) says.push(`takes ${typeOf(is.schema)} as '${name}' now; it was ${typeOf(was.schema)}`);
    const lost = (was.schema.enum ?? []).filter((choice) => is.schema.enum && !is.schema.enum.some((each) => isSame(each, choice)));
    if (lost.length > 0)
      says.push(`does not take ${listed(lost.slice(0, 5).map((choice) => `'${String(choice)}'`))} as '${name}' any more`);
    if (was.in !== is.in || (was.wire ?? name) !== (is.wire ?? name)) says.push(`sends '${name}' in another place`);
    return says;
  });
}

function typeOf({ type }: JsonSchema): string {
  const types = [type].flat().filter((each) => each !== undefined && each !== "null");
  return types.length === 0 ? "anything" : types.map((each) => typeWords[each!] ?? each).join(" or ");
}

function ofTriggers(before: readonly Trigger[], after: readonly Trigger[]): DefinitionChange[] {
  return pairsOf(before, after, ({ id }) => id).flatMap(([id, was, is]): DefinitionChange[] => {
    const what = `triggers.${id}`;
    if (was === undefined) return [{ kind: "added", what, says: `The trigger '${is!.title}' is new.` }];
    if (is === undefined) return [{ kind: "removed", what, says: `The trigger '${was.title}' is gone.` }];
    const members = membersChanged(was, is, forPeople);
    return members.length === 0 ? [] : [changed(what, `The trigger '${is.title}' has another ${listed(members)}.`)];
  });
}

const forPeople = new Set(["title", "category", "note", "example"]);
const toldElsewhere = new Set(["baseUrl", "auth", "operations", "triggers"]);

/** The members of an app that have no words of their own. */
const ofOthers = (before: AppDefinition, after: AppDefinition): DefinitionChange[] =>
  membersChanged(before, after, toldElsewhere).map((member) => changed(member, `The app has another ${member}.`));

/** Large members that have words of their own are not compared again. */
function membersChanged(before: object, after: object, but: ReadonlySet<string> = new Set()): string[] {
  const [was, is] = [before as Record<string, unknown>, after as Record<string, unknown>];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((member) => !but.has(member) && !isSame(was[member], is[member]));
}

/** What two lists have under the same key. */
function pairsOf<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (each: T) => string,
): [key: string, was: T | undefined, is: T | undefined][] {
  const [was, is] = [before, after].map((list) => new Map(list.map((each) => [keyOf(each), each])));
  return [...new Set([...was!.keys(), ...is!.keys()])].map((key) => [key, was!.get(key), is!.get(key)]);
}
