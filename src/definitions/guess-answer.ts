/** Where the record or the list is in an answer, and what tells its rows apart, guessed from the schema of the answer. */
import type { JsonSchema } from "#catalog/types.ts";
import type { Guessed } from "./guessed.ts";

/** The path of the record or list in the answer, and whether it is a list. */
export interface ResultGuess {
  result: string;
  list: boolean;
}

const wrappers = new Set([
  "data",
  "result",
  "results",
  "record",
  "response",
  "payload",
  "body",
  "item",
  "items",
  "content",
  "d",
  "value",
  "attributes",
  "_embedded",
]);
const listNames = new Set([
  "data",
  "items",
  "results",
  "records",
  "rows",
  "entries",
  "list",
  "value",
  "values",
  "content",
  "hits",
  "elements",
  "objects",
  "edges",
  "nodes",
  "collection",
  "documents",
]);
const besideLists =
  /^(meta|metadata|paging|pagination|page|pages|links|_links|_metadata|total|total_?count|count|size|limit|offset|per_?page|has_?more|next|prev(ious)?|next_?(page|cursor|token|page_?token|page_?url)|cursor|cursors|success|status|ok|code|message|error|errors|trace_?id|request_?id|page_?info|first|last)$/i;

const membersOf = (schema: JsonSchema | undefined): Record<string, JsonSchema> => (isPlain(schema) ? (schema.properties ?? {}) : {});
const isPlain = (schema: JsonSchema | undefined): schema is JsonSchema => typeof schema === "object" && schema !== null;
const isOf = (schema: JsonSchema | undefined, type: string): boolean => isPlain(schema) && [schema.type].flat().includes(type as "object");
const isList = (schema: JsonSchema | undefined): boolean => isOf(schema, "array") || (isPlain(schema) && schema.items !== undefined);
const isRecord = (schema: JsonSchema | undefined): boolean =>
  isOf(schema, "object") || (isPlain(schema) && schema.properties !== undefined);

/**
 * Where the record or list is. `names`: what the records are called in the path (`contacts`). `one`: the call is for one record, so that a list in
 * the answer belongs to the record.
 */
export function guessResult(
  answer: JsonSchema | undefined,
  { names = [], one = false }: { names?: readonly string[]; one?: boolean } = {},
): Guessed<ResultGuess> {
  const whole = { result: "", list: false };
  if (isList(answer)) return { value: { result: "", list: true }, why: "The answer is a list" };
  if (!isRecord(answer)) return { value: whole, why: "The answer is taken as it is" };
  const list = one ? null : listPath(answer!, names, 3);
  if (list !== null) return { value: { result: list, list: true }, why: `The answer has a list at '${list}'` };
  const record = recordPath(answer!, names, 2);
  return record === ""
    ? { value: whole, why: "The answer is the record" }
    : { value: { result: record, list: false }, why: `The answer has the record at '${record}'` };
}

function listPath(answer: JsonSchema, names: readonly string[], depth: number): string | null {
  const members = Object.entries(membersOf(answer));
  if (looksLikeRecord(answer)) return null;
  const lists = members.filter(([name, member]) => isList(member) && !/^(errors|links|warnings|messages)$/i.test(name));
  const named = lists.find(([name]) => isNamed(name, names)) ?? lists.find(([name]) => listNames.has(name.toLowerCase()));
  if (named) return named[0];
  const ofRecords = lists.filter(([, { items }]) => items === undefined || isRecord(items));
  if (ofRecords.length === 1 && members.every(([name, member]) => besideLists.test(name) || isList(member))) return ofRecords[0]![0];
  if (depth === 0) return null;
  for (const [name, member] of members) {
    if (!isRecord(member) || !(wrappers.has(name.toLowerCase()) || isNamed(name, names) || listNames.has(name.toLowerCase()))) continue;
    const inner = listPath(member, names, depth - 1);
    if (inner !== null) return `${name}.${inner}`;
  }
  return null;
}

/** What has an id of its own is a record, whatever lists belong to it. */
const looksLikeRecord = (schema: JsonSchema): boolean => Object.keys(membersOf(schema)).some((name) => /^(_?id|uuid|guid)$/i.test(name));
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z\d]/g, "");
const isNamed = (name: string, names: readonly string[]): boolean => names.some((each) => plain(each) === plain(name));
const isNamedOnce = (name: string, names: readonly string[]): boolean =>
  names.some(
    (each) => plain(each) === plain(name) || plain(each) === `${plain(name)}s` || plain(each) === plain(name).replace(/y$/, "ies"),
  );

function recordPath(answer: JsonSchema, names: readonly string[], depth: number): string {
  if (depth === 0 || looksLikeRecord(answer)) return "";
  const records = Object.entries(membersOf(answer)).filter(([, member]) => isRecord(member));
  const found =
    records.find(([name]) => isNamedOnce(name, names)) ??
    records.find(([name]) => wrappers.has(name.toLowerCase())) ??
    (records.length === 1 &&
    Object.keys(membersOf(answer)).every((name) => besideLists.test(name) || name === records[0]![0]) &&
    !besideLists.test(records[0]![0])
      ? records[0]
      : undefined);
  if (!found) return "";
  const inner = recordPath(found[1], names, depth - 1);
  return inner === "" ? found[0] : `${found[0]}.${inner}`;
}

/** The schema of a row of the list, or of the record itself. */
export function rowOf(answer: JsonSchema | undefined, { result, list }: ResultGuess): JsonSchema | undefined {
  let at = answer;
  for (const name of result === "" ? [] : result.split(".")) at = Object.hasOwn(membersOf(at), name) ? membersOf(at)[name] : undefined;
  return list ? (isPlain(at) ? at.items : undefined) : at;
}

const ids = ["id", "_id", "uuid", "guid", "uid", "ID", "Id", "gid", "sid"];

/** Path of what tells a row from others; null where nothing looks like it. */
export function guessIdentity(row: JsonSchema | undefined, names: readonly string[] = []): Guessed<string> | null {
  const members = Object.keys(membersOf(row));
  const own = ids.find((name) => members.includes(name));
  if (own !== undefined) return { value: own, why: `'${own}' is usually what tells records apart` };
  const named = members.find((name) => {
    const start = /^(.+?)_?(?:id|uuid|key|number)$/i.exec(name)?.[1];
    return start !== undefined && isNamedOnce(start, names);
  });
  const found =
    named ??
    onlyOne(members.filter((name) => /(?:[a-z]Id|_id|_uuid|Uuid)$/.test(name))) ??
    members.find((name) => /^(slug|key|code|number)$/i.test(name));
  if (found !== undefined) return { value: found, why: `'${found}' seems to tell records apart` };
  for (const wrapper of ["node", "attributes"]) {
    const inner = Object.hasOwn(membersOf(row), wrapper) ? guessIdentity(membersOf(row)[wrapper], names) : null;
    if (inner) return { value: `${wrapper}.${inner.value}`, why: inner.why };
  }
  return null;
}

const onlyOne = (names: readonly string[]): string | undefined => (names.length === 1 ? names[0] : undefined);

/** Path of a row's time of change; null where it has none. */
export function guessChanged(row: JsonSchema | undefined): Guessed<string> | null {
  const found = Object.entries(membersOf(row)).find(
    ([name, member]) =>
      /^(date_?|time_?|last_?)?(updated|modified|changed|edited)(_?(at|on|date|time|timestamp|utc))?$|^(system)?mod(stamp|time)$|^last_?(update|change|modification)(_?(at|date|time))?$/i.test(
        name,
      ) &&
      !isOf(member, "boolean") &&
      !isRecord(member),
  );
  return found ? { value: found[0], why: `'${found[0]}' is usually the time of the last change` } : null;
}
