import type { InputField, JsonSchema, Lookup, Operation } from "#catalog/types.ts";

/** Inputs that several of Flocksy's operations take. */

type Place = "path" | "query" | "body";
type More = Partial<Omit<InputField, "name" | "in" | "label">>;

export const text = (place: Place, name: string, label: string, more: More = {}): InputField => ({
  name,
  in: place,
  schema: { type: "string" },
  label,
  control: "text",
  ...more,
});

/** Of HighLevel: the same word on both sides. */
export const location = (place: Place, more: More = {}): InputField =>
  text(place, "locationId", "Sub-account id", { help: "HighLevel's id of the sub-account (location).", ...more });

/** A list of short texts. */
export const texts = (name: string, label: string, more: More = {}): InputField => ({
  name,
  in: "body",
  schema: { type: "array", items: { type: "string" } },
  label,
  control: "tags",
  ...more,
});

/** The id of a record that is in the path. */
export const idOf = (name: string, label: string, lookup?: Lookup): InputField => ({
  name,
  in: "path",
  required: true,
  schema: { type: "string" },
  label,
  control: lookup ? "lookup" : "text",
  ...(lookup && { lookup }),
});

/** A page of a list: both are sent by Millrace. */
export const pages: InputField[] = [
  { name: "page", in: "query", schema: { type: "integer", minimum: 1 }, label: "Page", control: "number" },
  { name: "pageSize", in: "query", schema: { type: "integer", minimum: 1, maximum: 100 }, label: "Rows of a page", control: "number" },
];
export const paging: Operation["paging"] = { style: "page", in: "query", page: "page", size: "pageSize", max: 100, total: "total" };

/** A schema of an object with texts, and what else it has. */
export const record = (names: readonly string[], more: Record<string, JsonSchema> = {}): JsonSchema => ({
  type: "object",
  properties: { ...Object.fromEntries(names.map((name) => [name, { type: "string" as const }])), ...more },
});
export const rows = (items: JsonSchema): JsonSchema => ({ type: "array", items });

type Facts = Pick<Operation, "id" | "title" | "category" | "effect" | "method" | "path" | "input" | "result" | "example"> &
  Partial<Operation>;

/** An operation of Flocksy: what it reads can start a flow, what it writes is an action. */
export const operation = ({ scopes = [], ...facts }: Facts): Operation => ({
  app: "flocksy",
  kind: facts.effect === "read" ? "trigger" : "action",
  access: [],
  scopes,
  ...facts,
});
