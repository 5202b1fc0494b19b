/** The records that a segment is tried with, as the fields of its conditions read them. Pure. */
import type { JsonSchema } from "#catalog/types.ts";
import { asPerson } from "#engine/mapping/person.ts";
import { isObject } from "#kernel/json.ts";
import { fieldsOf } from "../flow-editor/data/schema-fields.ts";
import type { PlaceData, Sample, SourceField } from "../flow-editor/data/types.ts";

type Person = Readonly<Record<string, unknown>>;

/** The fields that people most often ask for, in their order, whether or not a record has them. */
const usual: JsonSchema = {
  type: "object",
  properties: {
    tags: { type: "array", items: { type: "string" } },
    score: { type: "number" },
    subAccount: { type: "string" },
    email: { type: "string" },
    phone: { type: "string" },
    firstName: { type: "string" },
    lastName: { type: "string" },
    city: { type: "string" },
    country: { type: "string" },
    source: { type: "string" },
    dateAdded: { type: "string", format: "date-time" },
  },
};
const labels = new Map([
  ["subAccount", "Sub-account"],
  ["fields", "Custom fields"],
]);

/** How many of the records stand beside the conditions. */
const mostShown = 5;

/** What the conditions of a segment can read. `fieldNames`: what custom fields are called, by their ids. */
export function personData(people: readonly Person[], fieldNames: ReadonlyMap<string, string>): PlaceData {
  const persons = people.map(asPerson);
  const fields = fieldsOf({ schema: usual, values: persons, labels }, ["person"]).map((field) => named(field, fieldNames));
  const samples = persons.slice(0, mostShown).map((person, at): Sample => ({
    id: String(at),
    person: nameOf(people[at]!),
    at: 0,
    from: "list",
    values: { person },
  }));
  return {
    sources: [{ name: "person", kind: "record", title: "Person", app: null, fields }],
    samples,
    sample: samples[0] ?? null,
    zone: "UTC",
  };
}

/** Custom fields by their names; the list they came as is what `fields` was made of. */
function named(field: SourceField, names: ReadonlyMap<string, string>): SourceField {
  if (field.path !== "person.fields") return field;
  const idOf = (path: string) => /(?:\.|\[['"]?)([^.[\]'"]+)['"]?\]?$/.exec(path)?.[1] ?? "";
  return { ...field, fields: field.fields.map((one) => ({ ...one, label: names.get(idOf(one.path)) ?? one.label })) };
}

/** What a record is recognised by. */
export function nameOf(person: Person): string {
  const text = (name: string): string => (typeof person[name] === "string" ? person[name].trim() : "");
  const full = [text("firstName"), text("lastName")].filter((part) => part !== "").join(" ");
  const nested = isObject(person["contact"]) ? nameOf(person["contact"]) : "";
  return full || text("name") || text("contactName") || text("email") || text("phone") || nested || text("id") || "Somebody";
}
