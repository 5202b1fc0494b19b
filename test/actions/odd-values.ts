import fc from "fast-check";
import type { Json } from "#kernel/json.ts";
import type { InputField, JsonSchema, Operation } from "#catalog/types.ts";
import { isTimeFormat } from "#catalog/times.ts";
import type { FlowSettings } from "#engine/types/flows.ts";

/** Events with values as real senders send them, and mappings of them into the fields of an operation. */

/** How one field is filled. `path` is where in the event its value is; `other` a second one, which only some mappings read. */
export interface Filling {
  field: string;
  how: "whole" | "filtered" | "mixed" | "listed" | "member" | "literal" | "emptied";
  /** The name of the custom field, or of the member of an object. */
  member?: string;
  /** `downcase`, `append: "!"` */
  filters: string[];
  key: string;
  /** Undefined: the event has no such member. */
  value: Json | undefined;
}

export interface Trial {
  operation: string;
  fillings: Filling[];
  settings: FlowSettings;
}

const long = "So it goes. ".repeat(2_000);

const nothing: (Json | undefined)[] = [undefined, null, "", "   ", "\u200b", "\u00a0", [], {}, ["", null, " "], [[]]];
const texts: Json[] = [
  "Ada",
  " Ada  Byron ",
  'O\'Brien "the" {one}',
  "a, b; c\nd",
  "Crème brûlée",
  "Creme bru\u0302le\u0301e",
  "👍🏽 ok 👩‍👩‍👧",
  "\ud83d",
  "x\udc4d y",
  "\u202eabc\u202c",
  "שלום, עולם",
  "null",
  "undefined",
  "-",
  "0007",
  "8202522731445525542",
  "{{ 7 | plus: 1 }}",
  '{"$empty":true}',
  "[1, 2]",
  "[]",
  "\u0000",
  "<p>1 < 2 &amp; 3</p>",
  "line one\r\nline two",
  "true",
  "Whitening",
  "$2.50",
  long,
];
const numbers: Json[] = [
  0,
  -1,
  12.5,
  "8202522731445525542",
  0.1,
  1e21,
  1e-7,
  "0",
  "12,50",
  "1.234,56",
  "$1,299.00",
  "(12.50)",
  "1.2.3",
  "0x1F",
  "12k",
  "12345678901234567890",
];
const booleans: Json[] = [true, false, "true", "No", "1", 0, "on", "maybe"];
const times: Json[] = [
  "2026-12-01",
  "2026-12-01T09:00:00",
  "2026-12-01 09:00",
  "2026-12-01T09:00:00Z",
  "2026-12-01T09:00:00.000-05:00",
  "2026-03-08T02:30:00",
  "2026-11-01T01:30:00",
  "Tue, 01 Dec 2026 09:00:00 GMT",
  "2026-02-30",
  "2026-12-01T25:00:00Z",
  "31/12/2026",
  "1990-05-17T00:00:00.000Z",
  1796083200,
  1796083200000,
  "1796083200",
  1796083200000000,
  20_260_115,
];
const emails: Json[] = [
  "ada@example.com",
  " ada@example.com\u200b",
  "ADA.L@Example.COM",
  "Ada Byron <ada.b@example.com>",
  "a@b.co; c@d.co",
  "no address",
];
const phones: Json[] = [
  "+14155550123",
  "(415) 555-0123",
  "0033 1 23 45 67 89",
  "01 23 45 67 89",
  "\u202a+44 1632 960961\u202c",
  4155550123,
  "call me",
  "+1 415 555 0123 x5",
];
const lists: Json[] = [
  ["a", "b, c"],
  ["VIP", "vip", ""],
  [1, "2"],
  [null, "x"],
  ["👍", "\ud83d"],
  [["a"]],
  "x",
  "a, b",
  "https://x.example/a,b.png",
];
const objects: Json[] = [{ $empty: true }, { a: "" }, { a: 1, b: [null] }, { "a.b": "c" }, { url: "https://x.example/cv.pdf" }];

const of = (values: readonly (Json | undefined)[]) => fc.constantFrom(...values);
const anyText = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ maxLength: 40 }),
);
const anything = fc.oneof(of([...texts, ...numbers, ...booleans, ...times, ...emails, ...phones, ...lists, ...objects]), anyText);

/** Values of the kind that a field is for, all of which real senders have sent. */
function fittingOf({ schema, control }: InputField): fc.Arbitrary<Json | undefined> {
  if (schema.enum) return choiceOf(schema);
  if (isTimeFormat(schema.format)) return of(times);
  if (schema.format === "email") return of(emails);
  if (schema.format === "phone") return of(phones);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === "number" || type === "integer") return fc.oneof(of(numbers), fc.double({ noNaN: true, noDefaultInfinity: true }));
  if (type === "boolean") return of(booleans);
  if (type === "array") return fc.oneof(of(lists), fc.array(anyText, { maxLength: 3 }));
  if (type === "object" || control === "json") return of(objects);
  return fc.oneof(of(texts), anyText);
}

function choiceOf({ enum: choices = [] }: JsonSchema): fc.Arbitrary<Json | undefined> {
  return fc
    .constantFrom(...choices.slice(0, 6))
    .chain((choice) => fc.constantFrom<Json>(choice, ` ${String(choice).toUpperCase()}`, "none of them"));
}

/** With a key each that a template has to quote. */
const keys = ["a", "First Name", "it's", 'say "hi"', "x.y", "data[merges][FNAME]", "名前", "size", "first", "🙂", "constructor", "0"];

const textFilters = [
  "downcase",
  "upcase",
  "capitalize",
  "strip",
  "squish",
  'append: "!"',
  'prepend: "~"',
  'replace: "a", "b"',
  'remove: "a"',
];
const moreTextFilters = [
  "truncate: 4",
  "truncate: 900",
  "truncate_words: 1",
  "strip_html",
  "slug",
  "mask: 3",
  "to_text",
  "sha256",
  "escape",
  "url_encode",
];
const nameFilters = ["first_name", "last_name", "initials", "titlecase"];
const listFilters = [
  "first",
  "last",
  "size",
  'split: ","',
  'split: ""',
  "split_list",
  'join: ", "',
  "join_list",
  "compact",
  "unique",
  "tags",
  "to_list",
];
const moreListFilters = ["reverse", "sort", 'map: "a"', 'where: "a", 1', 'pick: "a"', "sum", "uniq", "slice: 0, 2", "concat: trigger.more"];
const numberFilters = [
  "to_number",
  "plus: 1",
  "times: 2",
  "minus: 0.1",
  "divided_by: 4",
  "modulo: 3",
  "round",
  "floor",
  "ceil",
  "abs",
  "round_to: 0.05",
];
const moreNumberFilters = ["clamp: 0, 10", 'money: "EUR"', "to_cents", "from_cents"];
const dateFilters = [
  'date: "%Y-%m-%d"',
  "to_iso",
  "plus_days: 1",
  "minus_months: 1",
  "to_epoch_ms",
  'start_of: "day"',
  "plus_business_days: 1",
];
const valueFilters = [
  'default: "x"',
  'if_blank: "x"',
  'fallback: trigger.more, "y"',
  "to_boolean",
  'map_value: "a=1;b=2", "z"',
  "json",
  "parse_json",
  'phone: "US"',
];
/** A filter of every kind, as it stands in a template. */
export const filters = [
  ...textFilters,
  ...moreTextFilters,
  ...nameFilters,
  ...listFilters,
  ...moreListFilters,
  ...numberFilters,
  ...moreNumberFilters,
  ...dateFilters,
  ...valueFilters,
];

const customFieldNames = [
  "Net promoter score",
  "Last survey answer",
  "Customer segment",
  "Last answer date",
  "Interests",
  "contact.interests",
  "No such field",
];

function hows({ control, schema }: InputField): Filling["how"][] {
  if (control === "customFields") return ["member", "member", "member", "whole"];
  const often: Filling["how"][] = ["whole", "whole", "whole", "whole", "filtered", "filtered", "filtered", "mixed", "literal", "emptied"];
  return schema.type === "array" ? [...often, "listed", "listed"] : often;
}

function fillingOf(field: InputField, key: string): fc.Arbitrary<Filling> {
  const value = fc.oneof(
    { weight: 3, arbitrary: of(nothing) },
    { weight: 6, arbitrary: fittingOf(field) },
    { weight: 2, arbitrary: anything },
  );
  return fc.record({
    field: fc.constant(field.name),
    how: fc.constantFrom(...hows(field)),
    member: fc.constantFrom(...customFieldNames),
    filters: fc.array(fc.constantFrom(...filters), { minLength: 1, maxLength: 2 }),
    key: fc.constant(key),
    value,
  });
}

/** Fields that say which record is meant, or where it lies, are given as the case gives them. */
export const mappable = (operation: Operation): InputField[] => operation.input.filter((field) => field.in !== "path" && !field.fill);

export function trialOf(operation: Operation): fc.Arbitrary<Trial> {
  const settings = fc.constantFrom<FlowSettings>(
    {},
    { zone: "America/New_York" },
    { zone: "Asia/Kolkata", country: "IN" },
    { country: "FR" },
  );
  const fields = mappable(operation);
  const chosen = fc.shuffledSubarray(fields, { maxLength: Math.min(4, fields.length) });
  const fillings = fc
    .tuple(chosen, fc.shuffledSubarray(keys, { minLength: 4, maxLength: 4 }))
    .chain(([some, names]) => fc.tuple(...some.map((field, i) => fillingOf(field, names[i]!))));
  return fc.record({ operation: fc.constant(operation.id), fillings, settings });
}

const quoted = (key: string): string => (key.includes('"') ? `'${key}'` : `"${key}"`);
export const output = (key: string, through: readonly string[] = []): string =>
  `{{ trigger[${quoted(key)}]${through.map((filter) => ` | ${filter}`).join("")} }}`;

/** What the step has for the field. */
export function templateOf({ how, key, filters: through, member }: Filling): Json {
  const whole = output(key);
  const written: Record<Filling["how"], Json> = {
    whole,
    filtered: output(key, through),
    mixed: `Re: ${whole}!`,
    listed: [whole, "fixed"],
    member: { [member ?? ""]: whole },
    literal: "fixed",
    emptied: { $empty: true },
  };
  return written[how];
}

export function eventOf({ fillings }: Trial): Record<string, Json> {
  const event: Record<string, Json> = { more: "more" };
  for (const { key, value } of fillings) if (value !== undefined) event[key] = value;
  return event;
}
