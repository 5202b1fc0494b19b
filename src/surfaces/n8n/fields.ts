import { fieldLabel } from "#kernel/field-words.ts";
import type { InputField, Operation } from "#catalog/types.ts";
import { ownInputs } from "../operation-schema.ts";
import type { NodeField, NodeLookup, NodeProperty } from "./property.ts";

/** The names that the node itself gives its properties. */
const ownNames = new Set([
  "resource",
  "operation",
  "event",
  "connection",
  "additionalFields",
  "returnAll",
  "limit",
  "dryRun",
  "authentication",
]);

/** The fields of an operation as properties, and how they become its input. */
export interface NodeFields {
  needed: NodeProperty[];
  optional: NodeProperty[];
  fields: NodeField[];
}

/** Pure. `lookups` takes the lists that the fields choose from, each under a name that is the same for the same list. */
export function fieldsOf(operation: Pick<Operation, "app" | "input">, lookups: Map<string, NodeLookup>): NodeFields {
  const taken = new Set(ownNames);
  const made = ownInputs(operation).map((field) => {
    const name = nameOf(field.name, taken);
    taken.add(name);
    return { field, property: propertyOf(field, name, operation.app, lookups) };
  });
  const sorted = made.filter(({ field }) => !field.required).map(({ property }) => property);
  return {
    needed: made.filter(({ field }) => field.required).map(({ property }) => ({ ...property, required: true })),
    optional: sorted.toSorted((a, b) => a.displayName.localeCompare(b.displayName)),
    fields: made.map(({ field, property }) => ({ property: property.name, field: field.name, kind: kindOf(property) })),
  };
}

/** n8n reads names as paths, so that one may have no dot or bracket. */
function nameOf(name: string, taken: ReadonlySet<string>): string {
  const plain = name.replace(/\W/g, "_");
  for (let i = 0; ; i++) {
    const free = i === 0 ? plain : `${plain}_${i}`;
    if (!taken.has(free)) return free;
  }
}

function kindOf({ type }: NodeProperty): NodeField["kind"] {
  if (type === "json") return "json";
  if (type === "options") return "choice";
  if (type === "resourceLocator") return "locator";
  return type === "fixedCollection" ? "pairs" : "plain";
}

function propertyOf(field: InputField, name: string, app: string, lookups: Map<string, NodeLookup>): NodeProperty {
  const displayName = titleCase(field.label ?? fieldLabel(field.name));
  const words = { displayName, name, ...(field.help && { description: field.help }) };
  return { ...words, ...shapeOf(field, displayName, lookupNameOf(field, app, lookups)) };
}

type Shape = Omit<NodeProperty, "name" | "displayName">;

function shapeOf(field: InputField, title: string, lookup: string | undefined): Shape {
  const { control, schema } = field;
  const types = [schema.type ?? []].flat().filter((type) => type !== "null");
  if (control === "customFields") return pairs(lookup);
  if (schema.enum) return choice(field);
  if (types.includes("array")) return isTextList(field) ? listOf(field) : { type: "json", default: "[]" };
  if (lookup !== undefined) return locator(lookup, title);
  if (control === "date" || /^(date|epoch)/.test(schema.format ?? "")) return { type: "dateTime", default: "" };
  if (types.includes("boolean")) return { type: "boolean", default: false, description: sentence(field, title) };
  if (types.includes("number") || types.includes("integer")) return { type: "number", default: schema.minimum ?? 0 };
  if (types.includes("object") || control === "json") return { type: "json", default: "{}" };
  return { type: "string", default: "", ...(control === "longtext" && { typeOptions: { rows: 4 } }) };
}

const isTextList = ({ control, schema }: InputField): boolean =>
  control === "tags" || (schema.items?.type === "string" && !schema.items.enum);

const listOf = ({ help }: InputField): Shape => ({
  type: "string",
  default: "",
  placeholder: "a, b",
  description: `${help === undefined ? "" : `${help} `}Separate several with commas.`,
});

function choice({ schema, words = {} }: InputField): Shape {
  const values = (schema.enum ?? []).filter((value) => value !== null);
  const options = values.map((value) => ({ name: titleCase(words[String(value)] ?? String(value)), value }));
  return { type: "options", default: values[0] ?? "", options: options.toSorted((a, b) => a.name.localeCompare(b.name)) };
}

/** n8n's descriptions of a switch begin with "Whether". */
const sentence = ({ help }: InputField, title: string): string => help ?? `Whether to set: ${title}`;

const locator = (lookup: string, title: string): Shape => ({
  type: "resourceLocator",
  default: { mode: "list", value: "" },
  modes: [
    {
      displayName: "From List",
      name: "list",
      type: "list",
      placeholder: `Select ${title}...`,
      typeOptions: { searchListMethod: lookup, searchable: true },
    },
    { displayName: "By Name or ID", name: "id", type: "string" },
  ],
});

/** Custom fields: a name and a value each. */
const pairs = (lookup: string | undefined): Shape => ({
  type: "fixedCollection",
  default: {},
  placeholder: "Add Field",
  typeOptions: { multipleValues: true },
  options: [
    {
      displayName: "Field",
      name: "pairs",
      values: [
        lookup === undefined
          ? { displayName: "Name", name: "name", type: "string", default: "" }
          : { displayName: "Name or ID", name: "name", type: "options", default: "", typeOptions: { loadOptionsMethod: lookup } },
        { displayName: "Value", name: "value", type: "string", default: "" },
      ],
    },
  ],
});

/** The name of the list that a field chooses from. */
function lookupNameOf({ lookup, suggest }: InputField, app: string, lookups: Map<string, NodeLookup>): string | undefined {
  const made = lookup ? lookupOf(lookup, app) : suggest ? suggestOf(suggest, app) : undefined;
  if (made === undefined) return undefined;
  const text = JSON.stringify(made);
  const known = [...lookups].find(([, one]) => JSON.stringify(one) === text)?.[0];
  const name = known ?? `list${lookups.size + 1}`;
  lookups.set(name, made);
  return name;
}

const lookupOf = ({ operation, input = {}, list, value, label }: NonNullable<InputField["lookup"]>, app: string): NodeLookup => ({
  operation: `${app}.${operation}`,
  input,
  ...(list !== undefined && { list }),
  value,
  label: [label],
});
const suggestOf = ({ operation, input = {}, query, value, label }: NonNullable<InputField["suggest"]>, app: string): NodeLookup => ({
  operation: `${app}.${operation}`,
  input,
  value,
  label,
  query,
});

const smallWords = new Set(["a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"]);

/** "First name" as n8n writes labels: "First Name". */
export const titleCase = (text: string): string =>
  text
    .split(" ")
    .map((word, i) => (i > 0 && smallWords.has(word) ? word : word.charAt(0).toUpperCase() + word.slice(1)))
    .join(" ");
