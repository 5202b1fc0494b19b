import { fieldLabel, fieldWords } from "#kernel/field-words.ts";
import type { RecordField, RecordFieldKind, RecordType } from "./record-types.ts";
import type { App, InputField, JsonSchema, Operation } from "./types.ts";

/**
 * The kinds of records that an app keeps: those that it names itself, or else one for each list whose rows have an id and that can be read
 * whole, with what reads, makes, changes and deletes one by its words. An app whose operations do not say so much has none.
 */
export function recordTypesOf(app: App): readonly RecordType[] {
  if (app.records !== undefined) return app.records;
  const types = app.operations.filter(isWholeList).flatMap((list) => recordType(app, list) ?? []);
  const once = types.filter(({ id }, i) => types.findIndex((other) => other.id === id) === i);
  return once.map((type) => ({ ...type, fields: type.fields.map((field) => ({ ...field, ...refersTo(field, once) })) }));
}

/** A field called after another kind of record (`customerId`) holds the id of one. */
function refersTo({ name }: RecordField, types: readonly RecordType[]): Pick<RecordField, "refers"> {
  const plain = name.replaceAll("_", "").toLowerCase();
  const type = types.find(({ id }) => plain === `${id.replaceAll("_", "")}id`);
  return type ? { refers: type.id } : {};
}

/** A list of everything, with ids: nothing has to be filled in, unless the connection knows it. */
const isWholeList = (operation: Operation): boolean =>
  operation.effect === "read" &&
  operation.list === true &&
  operation.identity !== undefined &&
  !operation.recipe &&
  operation.input.every(({ required, fill }) => !required || fill !== undefined);

function recordType(app: App, list: Operation): RecordType | undefined {
  const columns = list.output?.items?.properties ?? {};
  const title = one(nounOf(list));
  if (title === "" || Object.keys(columns).length === 0) return undefined;
  const kin = app.operations.filter((other) => isKin(list, other));
  const byEffect = (...effects: Operation["effect"][]) => kin.find(({ effect, recipe }) => effects.includes(effect) && !recipe);
  const create = byEffect("create", "upsert");
  const update = kin.find((other) => other.effect === "update" && idInput(other, title)) ?? byEffect("upsert");
  const remove = kin.find((other) => other.effect === "delete" && idInput(other, title));
  const single = kin.find((other) => other.effect === "read" && !other.list && idInput(other, title));
  const fields = Object.entries(columns).flatMap(([name, schema]) => fieldOf(name, schema, list, create, update) ?? []);
  const by = (operation: Operation | undefined) => operation && { operation: operation.id, id: idInput(operation, title) ?? "" };
  return {
    id: title.replaceAll(" ", "_"),
    title,
    many: many(title),
    called: nameFields.filter((name) => columns[name]).map((name) => [name]),
    list: { operation: list.id },
    ...changedOf(list, columns),
    ...eventsOf(app, list),
    ...(single && { one: by(single)! }),
    ...(create && { create: { operation: create.id, ...keyOf(create, title) } }),
    ...(update && idInput(update, title) && { update: by(update)! }),
    ...(remove && { remove: by(remove)! }),
    fields,
  };
}

/** The events whose missed ones are found by this list. */
function eventsOf({ triggers }: App, list: Operation): Pick<RecordType, "events"> {
  const events = triggers.flatMap(({ id, reconcile }) =>
    reconcile?.operation === list.id
      ? [{ id, ...(reconcile.wrap !== undefined && { wrap: reconcile.wrap }), ...(reconcile.emit === "deleted" && { gone: true }) }]
      : [],
  );
  return events.length > 0 ? { events } : {};
}

/** The time of the last change: as the list says, or as a column is called. */
function changedOf({ changed }: Operation, columns: Record<string, JsonSchema>): Pick<RecordType, "changed"> {
  const path = changed ?? Object.keys(columns).find((name) => /^(last_?)?(changed|updated|modified)(_?at|_?on|_?date)?$/i.test(name));
  return path === undefined ? {} : { changed: path };
}

const nameFields = ["name", "title", "fullName", "full_name", "subject", "email", "phone", "body"];
/** An upsert that is told which record it means keeps the id of the other side. */
const keyOf = (create: Operation, title: string) =>
  create.effect === "upsert" && idInput(create, title) !== undefined ? { key: idInput(create, title)! } : {};

/** The resource of an operation: the last part of its path that is a word, as its people say it. */
function resourceOf({ path }: Operation): string {
  const parts = path.split("?")[0]!.split("/");
  return parts.findLast((part) => part !== "" && !part.includes("{") && !part.includes(":") && part !== "search") ?? "";
}

const nounOf = (operation: Operation): string => fieldWords(resourceOf(operation)).toLowerCase();

/** Whether two operations are about the same resource: the same path but for an id at its end, and the same parents. */
function isKin(list: Operation, other: Operation): boolean {
  return stem(other) === stem(list) && other.id !== list.id;
}

/** The path without a last id and without a word that says what is done. */
const stem = ({ path }: Operation): string =>
  path
    .replace(/\/?\{[^}]*\}\/?$/, "")
    .replace(/\/search$/, "")
    .replace(/\/$/, "");

/** The input that takes the id of the record: the one at the end of the path. */
function idInput({ path, input }: Operation, title: string): string | undefined {
  const last = /\{([^}+]+)\}\/?$/.exec(path)?.[1];
  const inPath = input.find((field) => field.in === "path" && (field.wire ?? field.name) === last);
  if (inPath) return inPath.name;
  const named = `${title.replaceAll(" ", "")}id`;
  return input.find(({ name, required }) => required && name.replaceAll("_", "").toLowerCase() === named)?.name;
}

function fieldOf(
  name: string,
  schema: JsonSchema,
  list: Operation,
  create: Operation | undefined,
  update: Operation | undefined,
): RecordField | undefined {
  const takes = (operation: Operation | undefined): InputField | undefined =>
    operation?.input.find((input) => input.in === "body" && !input.fill && (input.name === name || input.wire === name));
  const written = takes(update) ?? takes(create);
  if (schema.type === "object" || schema.properties) return undefined;
  return {
    name,
    label: written?.label ?? fieldLabel(name),
    read: name,
    write: name === list.identity ? null : (written?.name ?? null),
    ...(update && written && !takes(update) && { once: true }),
    kind: kindOf(name, schema, written),
  };
}

function kindOf(name: string, schema: JsonSchema, written: InputField | undefined): RecordFieldKind {
  const type = Array.isArray(schema.type) ? schema.type.find((each) => each !== "null") : schema.type;
  if (type === "number" || type === "integer") return "number";
  if (type === "boolean") return "boolean";
  if (type === "array") return written?.control === "tags" || /tags$/i.test(name) ? "tags" : "list";
  if (schema.format === "date-time" || /(?:At|_at)$/.test(name)) return "moment";
  if (schema.format === "date") return "date";
  if (schema.format === "email" || /^e?mail$|email$/i.test(name)) return "email";
  if (/phone$|^mobile$/i.test(name)) return "phone";
  return written?.control === "longtext" ? "longtext" : "text";
}

/** `contacts` -> `contact`, `companies` -> `company`, `classes` -> `class`. */
const one = (noun: string): string =>
  noun.endsWith("ies") ? `${noun.slice(0, -3)}y` : /(?:ss|sh|ch|x)es$/.test(noun) ? noun.slice(0, -2) : noun.replace(/(?<!s)s$/, "");
const many = (noun: string): string =>
  /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : /(?:s|sh|ch|x)$/.test(noun) ? `${noun}es` : `${noun}s`;
