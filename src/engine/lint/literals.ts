import { defined } from "#kernel/defined.ts";
import { isObject, type Json } from "#kernel/json.ts";
import { isEmptyMark } from "#catalog/empty.ts";
import { splitList } from "#catalog/lists.ts";
import type { InputField, Lookup, Operation, SearchFields } from "#catalog/types.ts";
import { isTemplate } from "../mapping/template.ts";
import type { Place } from "./spots.ts";

/** A choice somebody wrote down: an id or a name that a sub-account has to know. */
export interface Literal {
  place: Place;
  field: InputField;
  lookup: Lookup;
  /** `steps[2].input.followers[1]`. */
  at: string;
  text: string;
  /** What it is to lie within, as written (the pipeline of a stage); null: a template says it, and nobody can tell yet. */
  parent?: { field: InputField; text: string } | null;
  /** Names are not looked up where it stands, so that it has to be the id itself: in a condition beside this path, deep in a value, or in a filter of a search. */
  idFor?: { compared: string } | "deep" | "filter";
  /** The values a custom field is given, where they are written down. */
  values?: { at: string; text: string }[];
}

/** Every choice written in a place's input. What a template gives is known in a run only. */
export function literalsOf(place: Place, operation: Operation): Literal[] {
  return operation.input.flatMap((field) => {
    const { lookup } = field;
    const value = place.input[field.name];
    if (!lookup || value === undefined) return [];
    const of = { place, field, lookup };
    const at = `${place.at}.input.${field.name}`;
    if (field.control === "customFields") return customFields(value, at).map((literal) => ({ ...of, ...literal }));
    const parent = parentOf(place, operation, lookup);
    return texts(field, value, at).map((literal) => ({ ...of, ...literal, ...defined({ parent }) }));
  });
}

/** The custom fields and the records that a search is narrowed by: all of them by their ids. */
export function filteredBy(place: Place, operation: Operation): Literal[] {
  return operation.input.flatMap((field) =>
    field.control === "filters" && field.searches
      ? inFilters(place, field, field.searches, place.input[field.name], `${place.at}.input.${field.name}`)
      : [],
  );
}

function inFilters(place: Place, field: InputField, searches: SearchFields, filters: unknown, at: string): Literal[] {
  if (!Array.isArray(filters)) return [];
  return filters.flatMap((filter: unknown, i) => {
    if (!isObject(filter)) return [];
    const { field: name, value, filters: inside } = filter;
    return [
      ...inFilters(place, field, searches, inside, `${at}[${i}].filters`),
      ...(isLiteral(name) ? inFilter(place, field, searches, name.trim(), value, `${at}[${i}]`) : []),
    ];
  });
}

function inFilter(place: Place, field: InputField, { fields, custom }: SearchFields, name: string, value: unknown, at: string): Literal[] {
  const literal = (label: string, lookup: Lookup, where: string, text: string): Literal => ({
    place,
    field: { ...field, label },
    lookup: { ...lookup, value: lookup.identity ?? lookup.value },
    at: where,
    text,
    idFor: "filter",
  });
  if (custom && name.startsWith(custom.prefix)) {
    const id = name.slice(custom.prefix.length);
    return id === "" ? [] : [literal("custom field", { ...custom.lookup, identity: custom.lookup.identity ?? "id" }, `${at}.field`, id)];
  }
  const narrowed = fields.find((one) => one.name === name);
  const { lookup } = narrowed ?? {};
  if (narrowed?.control !== "lookup" || !lookup) return [];
  return valuesOf(value, `${at}.value`).map((one) => literal(narrowed.label, lookup, one.at, one.text));
}

/** What surely holds an id of a sub-account's record, wherever it stands. */
const idNames = /^(calendarId|pipelineId|pipelineStageId|assignedTo|assignedUserId|userId|workflowId|campaignId)$/;

/** Ids where no field of ours looks up names: within lists and objects, and in operations nobody has judged. */
export function bareIdsOf(place: Place, operation: Operation, choosing: (name: string) => InputField | null): Literal[] {
  const within = (value: unknown, at: string, name: string): Literal[] => {
    if (Array.isArray(value)) return value.flatMap((one, i) => within(one, `${at}[${i}]`, name));
    if (isObject(value)) return Object.entries(value).flatMap(([key, one]) => within(one, `${at}.${key}`, key));
    const field = isLiteral(value) && idNames.test(name) ? choosing(name) : null;
    return field?.lookup ? [{ place, field, lookup: field.lookup, at, text: (value as string).trim(), idFor: "deep" }] : [];
  };
  const plain = Object.entries(place.input).filter(([name]) => !operation.input.find((field) => field.name === name)?.lookup);
  return plain.flatMap(([name, value]) => within(value, `${place.at}.input.${name}`, name));
}

const isLiteral = (value: unknown): value is string => typeof value === "string" && value.trim() !== "" && !isTemplate(value);

function texts({ schema }: InputField, value: Json, at: string): { at: string; text: string }[] {
  if (Array.isArray(value)) return value.flatMap((one, i) => (isLiteral(one) ? [{ at: `${at}[${i}]`, text: one.trim() }] : []));
  if (!isLiteral(value)) return [];
  return (schema.type === "array" ? splitList(value) : [value.trim()]).map((text) => ({ at, text }));
}

/** `{ "Net promoter score": 9 }`, or `[{ id, field_value }]`. */
function customFields(value: Json, at: string): Pick<Literal, "at" | "text" | "values">[] {
  if (Array.isArray(value))
    return value.flatMap((row, i) => {
      if (!isObject(row)) return [];
      const text = row["id"] ?? row["key"];
      const values = valuesOf(row["field_value"] ?? row["fieldValue"] ?? row["value"], `${at}[${i}]`);
      return isLiteral(text) ? [{ at: `${at}[${i}]`, text, values }] : [];
    });
  return isObject(value) && !isEmptyMark(value)
    ? Object.entries(value).map(([text, one]) => ({ at: `${at}.${text}`, text, values: valuesOf(one, `${at}.${text}`) }))
    : [];
}

const valuesOf = (value: unknown, at: string): { at: string; text: string }[] =>
  [value].flat().flatMap((one: unknown) => (isLiteral(one) ? [{ at, text: one.trim() }] : []));

function parentOf({ input }: Place, operation: Operation, { within }: Lookup): Literal["parent"] {
  const field = within && operation.input.find(({ name }) => name === within.field);
  const value = field && input[field.name];
  if (!field || value === undefined || value === null || value === "") return undefined;
  return isLiteral(value) ? { field, text: value.trim() } : null;
}
