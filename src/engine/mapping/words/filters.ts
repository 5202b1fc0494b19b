import { capital } from "#kernel/words.ts";
import type { FilterCall } from "./parts.ts";

/** What every filter is called in words: in the menu of a mapping field, and within a sentence. The one place that says so. */

export type FilterGroup = "text" | "name" | "phone" | "date" | "number" | "money" | "list" | "choice" | "table" | "code";

/** The groups in the order in which a menu has them. */
export const filterGroups: Readonly<Record<FilterGroup, string>> = {
  text: "Text",
  name: "Names",
  phone: "Phone numbers",
  date: "Dates",
  number: "Numbers",
  money: "Money",
  list: "Lists",
  choice: "Fallbacks and choices",
  table: "JSON, tables and XML",
  code: "Encoding",
};

/** How an argument is asked for. `value` is anything, also a field; `field` is the name of a member of each item. */
export type ArgumentKind =
  | "text"
  | "number"
  | "value"
  | "field"
  | "yesNo"
  | "choice"
  | "format"
  | "zone"
  | "country"
  | "currency"
  | "map"
  | "rule"
  | "segment";

export interface FilterArgumentWords {
  /** That of `header: false`; absent where the place says which it is. */
  name?: string;
  label: string;
  kind: ArgumentKind;
  /** What a menu fills in first. */
  usual?: string | number | boolean;
  optional?: boolean;
  choices?: readonly (readonly [value: string, label: string])[];
  /** Further ones may follow. */
  many?: boolean;
}

export interface FilterWords {
  group: FilterGroup;
  title: string;
  /** Within a sentence, behind the value; `{0}` is the first argument. By how many arguments there are, where it depends on that. */
  says: string | readonly string[];
  arguments: readonly FilterArgumentWords[];
  /** The filter that does the same and is offered instead. */
  same?: string;
  /** Further words by which it is found. */
  also?: string;
}

type Rest = Partial<Pick<FilterWords, "same" | "also">> & { says: FilterWords["says"]; args?: readonly FilterArgumentWords[] };

const inGroup =
  (group: FilterGroup) =>
  (title: string, { args = [], ...rest }: Rest): FilterWords => ({ group, title, arguments: args, ...rest });

const text = inGroup("text");
const name = inGroup("name");
const phone = inGroup("phone");
const date = inGroup("date");
const number = inGroup("number");
const money = inGroup("money");
const list = inGroup("list");
const choice = inGroup("choice");
const table = inGroup("table");
const code = inGroup("code");

type Extra = Omit<FilterArgumentWords, "label" | "kind">;
const argument =
  (kind: ArgumentKind) =>
  (label: string, extra: Extra = {}): FilterArgumentWords => ({ label, kind, ...extra });
const asText = argument("text");
const asNumber = argument("number");
const asValue = argument("value");
const asField = argument("field");
const asYesNo = argument("yesNo");
const optional = { optional: true } as const;

const zone = argument("zone")("Time zone", { optional: true });
const currency = argument("currency")("Currency", { usual: "EUR" });
const usualCurrency = argument("currency")("Currency", { optional: true });
const format = argument("format")("Format", { usual: "%Y-%m-%d" });
const country = argument("country")("Country of numbers without +", optional);
const part = asText("Text");
const other = asValue("Value");
const count = (label: string, usual: number) => asNumber(label, { usual });
const units = argument("choice")("Of the", {
  usual: "day",
  choices: ["minute", "hour", "day", "week", "month", "quarter", "year"].map((unit) => [unit, unit] as const),
});
const itemName = asText("Name of the item", { usual: "item" });
const itemCondition = asText("Condition", { usual: "item.name != blank" });
const byField = asField("Field", optional);
const wordsOrder = {
  kind: "choice",
  label: "Day",
  optional: true,
  choices: [
    ["", "15 January"],
    ["ordinal", "15th January"],
  ],
} as const satisfies FilterArgumentWords;
const dayStyle = {
  kind: "choice",
  label: "Order",
  optional: true,
  choices: [
    ["", "Day first"],
    ["US", "Month first"],
  ],
} as const satisfies FilterArgumentWords;

const shifts = Object.fromEntries(
  (["minutes", "hours", "days", "weeks", "months", "years", "business_days"] as const).flatMap((unit) => {
    const words = unit === "business_days" ? "working days" : unit;
    const usual = unit === "minutes" ? 30 : 1;
    return [
      [`plus_${unit}`, date(`Add ${words}`, { says: `plus {0} ${words}`, args: [count(capital(words), usual)], also: "later after" })],
      [
        `minus_${unit}`,
        date(`Subtract ${words}`, { says: `minus {0} ${words}`, args: [count(capital(words), usual)], also: "earlier before" }),
      ],
    ] as const;
  }),
);

export const filterWords: Readonly<Record<string, FilterWords>> = {
  // ---- text
  downcase: text("Lower case", { says: "in lower case", also: "small letters" }),
  upcase: text("Upper case", { says: "in upper case", also: "capitals" }),
  capitalize: text("Capital at the beginning", { says: "with a capital at the beginning" }),
  strip: text("Remove spaces around it", { says: "without spaces around it", also: "trim" }),
  lstrip: text("Remove spaces before it", { says: "without spaces before it", also: "trim" }),
  rstrip: text("Remove spaces after it", { says: "without spaces after it", also: "trim" }),
  squish: text("Remove extra spaces", { says: "without extra spaces", also: "trim clean" }),
  normalize_whitespace: text("Make all spaces single", { says: "with single spaces" }),
  strip_newlines: text("Remove line breaks", { says: "without line breaks" }),
  append: text("Add text after it", { says: "followed by {0}", args: [part], also: "suffix join" }),
  prepend: text("Add text before it", { says: "preceded by {0}", args: [part], also: "prefix" }),
  replace: text("Replace text", { says: "with {0} replaced by {1}", args: [asText("Find"), asText("Replace with")], also: "substitute" }),
  replace_first: text("Replace the first match", {
    says: "with the first {0} replaced by {1}",
    args: [asText("Find"), asText("Replace with")],
  }),
  replace_last: text("Replace the last match", {
    says: "with the last {0} replaced by {1}",
    args: [asText("Find"), asText("Replace with")],
  }),
  remove: text("Remove text", { says: "without {0}", args: [asText("Remove")], also: "delete" }),
  remove_first: text("Remove the first match", { says: "without the first {0}", args: [asText("Remove")] }),
  remove_last: text("Remove the last match", { says: "without the last {0}", args: [asText("Remove")] }),
  truncate: text("Shorten to a length", {
    says: ["shortened to 50 characters", "shortened to {0} characters", "shortened to {0} characters"],
    args: [count("Characters", 50), asText("End with", optional)],
    also: "cut limit",
  }),
  truncate_words: text("Shorten to a number of words", {
    says: ["shortened to 15 words", "shortened to {0} words", "shortened to {0} words"],
    args: [count("Words", 15), asText("End with", optional)],
    also: "cut limit",
  }),
  truncatewords: text("Shorten to a number of words, with dots", {
    says: ["shortened to 15 words", "shortened to {0} words", "shortened to {0} words"],
    args: [count("Words", 15), asText("End with", optional)],
    same: "truncate_words",
  }),
  slice: text("Take a part", {
    says: ["cut", "from position {0}", "from position {0}, {1} long"],
    args: [count("From position (0 is the first)", 0), count("How many", 5)],
    also: "substring characters items",
  }),
  strip_html: text("Remove HTML", { says: "without HTML", also: "tags plain" }),
  newline_to_br: text("Line breaks as HTML", { says: "with HTML line breaks" }),
  slug: text("Turn into part of an address", { says: "as part of an address", also: "slug url handle" }),
  slugify: text("Turn into part of an address (Liquid's way)", {
    says: "as part of an address",
    args: [asText("Mode", optional)],
    same: "slug",
  }),
  mask: text("Hide all but the last characters", {
    says: ["with all but the last 4 characters hidden", "with all but the last {0} characters hidden"],
    args: [count("Characters to show", 4)],
    also: "secret",
  }),
  number_of_words: text("Number of words", { says: "as its number of words", args: [asText("Mode", optional)], also: "count" }),
  to_text: text("Make it a text", { says: "as text", also: "string convert" }),
  raw: text("Use it as it is, unencoded", { says: "as it is" }),

  // ---- names
  first_name: name("First name", { says: "as the first name", also: "given split" }),
  last_name: name("Last name", { says: "as the last name", also: "surname family split" }),
  initials: name("Initials", { says: "as initials" }),
  titlecase: name("Capitals as in a name", { says: "written like a name", also: "title case proper" }),

  // ---- phones
  phone: phone("International phone number", {
    says: ["as an international number", "as an international number, in {0} where it names no country"],
    args: [country],
    also: "e164 format",
  }),
  phone_or_blank: phone("International phone number, or nothing", {
    says: ["as an international number, if it is one", "as an international number, if it is one, in {0} where it names no country"],
    args: [country],
    also: "e164 format",
  }),

  // ---- dates
  date: date("Format a date", {
    says: ["as a date", "as a date like {0}", "as a date like {0} in {1}"],
    args: [format, zone],
    also: "time",
  }),
  date_in_zone: date("Date in another time zone", {
    says: ["in another zone", "in the zone {0}", "in the zone {0} like {1}"],
    args: [argument("zone")("Time zone", { usual: "Europe/Berlin" }), argument("format")("Format", optional)],
    also: "timezone convert",
  }),
  parse_date: date("Read a date of a known format", {
    says: ["read as a date", "read as a date like {0}", "read as a date like {0} in {1}"],
    args: [argument("format")("Format it has", { usual: "%d/%m/%Y" }), zone],
    also: "convert american",
  }),
  to_iso: date("ISO date in UTC", { says: "as an ISO date", also: "utc iso8601" }),
  to_epoch: date("Seconds since 1970", { says: "as seconds since 1970", also: "unix timestamp epoch" }),
  to_epoch_ms: date("Milliseconds since 1970", { says: "as milliseconds since 1970", also: "unix timestamp epoch" }),
  start_of: date("Beginning of the day, week, month …", { says: "at the beginning of the {0}", args: [units], also: "first" }),
  end_of: date("End of the day, week, month …", { says: "at the end of the {0}", args: [units], also: "last" }),
  age: date("Age in years", { says: "as an age in years", also: "birthday" }),
  days_since: date("Days since then", { says: "as the days since then", also: "difference ago" }),
  ...shifts,
  date_to_string: date("Short date in words", { says: "as a short date", args: [wordsOrder, dayStyle] }),
  date_to_long_string: date("Long date in words", { says: "as a long date", args: [wordsOrder, dayStyle] }),
  date_to_rfc822: date("Date as in an e-mail", { says: "as a date of an e-mail", also: "rfc822" }),
  date_to_xmlschema: date("Date with its offset", { says: "as a date with its offset", also: "xml iso" }),

  // ---- numbers
  to_number: number("Make it a number", {
    says: ["as a number", "as a number with {0} before the decimals"],
    args: [
      argument("choice")("Decimal sign", {
        optional: true,
        choices: [
          ["", "Find out"],
          [",", "Comma: 1.234,5"],
          [".", "Dot: 1,234.5"],
        ],
      }),
    ],
    also: "convert parse",
  }),
  to_integer: number("Whole number, decimals dropped", { says: "as a whole number", also: "integer" }),
  round: number("Round", { says: ["rounded", "rounded to {0} decimals"], args: [asNumber("Decimals", { usual: 0, optional: true })] }),
  round_to: number("Round to a step", { says: "rounded to steps of {0}", args: [count("Step", 0.05)], also: "nearest" }),
  floor: number("Round down", { says: "rounded down" }),
  ceil: number("Round up", { says: "rounded up" }),
  abs: number("Without its sign", { says: "without its sign", also: "absolute positive" }),
  plus: number("Add", { says: "plus {0}", args: [count("Number", 1)], also: "sum" }),
  minus: number("Subtract", { says: "minus {0}", args: [count("Number", 1)] }),
  times: number("Multiply", { says: "times {0}", args: [count("Number", 2)] }),
  divided_by: number("Divide", { says: "divided by {0}", args: [count("Number", 2)] }),
  modulo: number("Remainder of a division", { says: "modulo {0}", args: [count("Number", 2)], also: "modulo rest" }),
  at_least: number("At least", { says: "but at least {0}", args: [count("Lowest", 0)], also: "minimum" }),
  at_most: number("At most", { says: "but at most {0}", args: [count("Highest", 100)], also: "maximum limit" }),
  clamp: number("Keep within limits", {
    says: "between {0} and {1}",
    args: [count("Lowest", 0), count("Highest", 100)],
    also: "minimum maximum",
  }),

  // ---- money
  money: money("Format as money", {
    says: ["as money", "as money in {0}", "as money in {0}"],
    args: [currency, asText("Language", { usual: "en-US", optional: true })],
    also: "currency price",
  }),
  to_cents: money("Amount as cents", { says: "in cents", args: [usualCurrency], also: "stripe smallest unit" }),
  from_cents: money("Cents as an amount", { says: "from cents", args: [usualCurrency], also: "stripe smallest unit" }),

  // ---- lists
  size: list("How many", { says: "counted", also: "count length size number of items characters" }),
  first: list("First item", { says: "of which the first" }),
  last: list("Last item", { says: "of which the last" }),
  join: list("Join to a text", { says: ["joined by spaces", "joined by {0}"], args: [asText("Between the items", { usual: ", " })] }),
  join_list: list("Join as in a sentence", {
    says: ["joined as in a sentence", "joined as in a sentence with {0}"],
    args: [asText("Before the last", { usual: "and", optional: true })],
    also: "a, b and c",
  }),
  array_to_sentence_string: list("Join as in a sentence, with a comma before the last", {
    says: "joined as in a sentence",
    args: [asText("Before the last", { usual: "and", optional: true })],
    same: "join_list",
  }),
  split_list: list("Split a text to a list", {
    says: ["as a list", "split at {0}"],
    args: [asText("Split at (comma, semicolon and line break if left out)", optional)],
    also: "comma separated",
  }),
  split: list("Split a text at each …", { says: "split at {0}", args: [asText("Split at", { usual: "," })] }),
  to_list: list("Make it a list of one", { says: "as a list" }),
  tags: list("Make tags of it", {
    says: ["as tags", "as tags, with {0}"],
    args: [asValue("Add tags", { optional: true, many: true })],
    also: "labels lower case unique",
  }),
  unique: list("Without repeats", { says: ["without repeats", "without repeats of {0}"], args: [byField], also: "distinct duplicates" }),
  uniq: list("Without repeats (Liquid's name)", { says: "without repeats", args: [byField], same: "unique" }),
  compact: list("Without blanks", { says: "without blanks", args: [byField], also: "empty" }),
  reverse: list("Last first", { says: "in reverse order" }),
  sort: list("Sort", { says: ["sorted", "sorted by {0}"], args: [byField], also: "order" }),
  sort_natural: list("Sort without regard to case", { says: ["sorted", "sorted by {0}"], args: [byField], also: "order" }),
  map: list("One field of each item", { says: "of which the {0}", args: [asField("Field")], also: "pluck column" }),
  where: list("Items where a field has a value", {
    says: ["filtered", "where {0} has a value", "where {0} is {1}"],
    args: [asField("Field"), asValue("Value", optional)],
    also: "filter select",
  }),
  reject: list("Items where a field does not have a value", {
    says: ["filtered", "where {0} is empty", "where {0} is not {1}"],
    args: [asField("Field"), asValue("Value", optional)],
    also: "filter exclude",
  }),
  find: list("First item where a field has a value", {
    says: ["found", "the one with {0}", "the one where {0} is {1}"],
    args: [asField("Field"), asValue("Value", optional)],
    also: "search",
  }),
  find_index: list("Position of the item where a field has a value", {
    says: "as the position where {0} is {1}",
    args: [asField("Field"), asValue("Value", optional)],
  }),
  has: list("Whether an item has a value", { says: "has one where {0} is {1}", args: [asField("Field"), asValue("Value", optional)] }),
  group_by: list("Group by a field", { says: "grouped by {0}", args: [asField("Field")] }),
  where_exp: list("Items for which a condition holds", { says: "where {1}", args: [itemName, itemCondition], also: "filter expression" }),
  reject_exp: list("Items for which a condition does not hold", { says: "without those where {1}", args: [itemName, itemCondition] }),
  find_exp: list("First item for which a condition holds", { says: "the one where {1}", args: [itemName, itemCondition] }),
  find_index_exp: list("Position of the item for which a condition holds", {
    says: "as the position where {1}",
    args: [itemName, itemCondition],
  }),
  has_exp: list("Whether a condition holds for an item", { says: "has one where {1}", args: [itemName, itemCondition] }),
  group_by_exp: list("Group by an expression", { says: "grouped by {1}", args: [itemName, asText("Expression", { usual: "item.name" })] }),
  sum: list("Sum", { says: ["added up", "added up by {0}"], args: [byField], also: "total" }),
  concat: list("Join with another list", { says: "with {0}", args: [asValue("List")], also: "combine merge" }),
  push: list("Add an item at the end", { says: "with {0} at the end", args: [other], also: "append" }),
  unshift: list("Add an item at the beginning", { says: "with {0} at the beginning", args: [other], also: "prepend" }),
  pop: list("Without the last items", {
    says: ["without the last", "without the last {0}"],
    args: [asNumber("How many", { usual: 1, optional: true })],
  }),
  shift: list("Without the first items", {
    says: ["without the first", "without the first {0}"],
    args: [asNumber("How many", { usual: 1, optional: true })],
  }),
  sample: list("One at random", {
    says: ["picked at random", "{0} picked at random"],
    args: [asNumber("How many", { usual: 1, optional: true })],
  }),
  pick: list("Only some fields", {
    says: "with only {0}",
    args: [asText("Fields, with commas between", { many: true })],
    also: "choose members",
  }),

  // ---- fallbacks and choices
  if_blank: choice("If it is empty, use …", { says: "or {0} if empty", args: [other], also: "default fallback blank" }),
  fallback: choice("The first that has a value of …", {
    says: "or {0} if empty",
    args: [asValue("Otherwise", { many: true })],
    also: "coalesce default",
  }),
  default: choice("If it is missing, use …", {
    says: "or {0} if missing",
    args: [other, asYesNo("Keep 'no'", { name: "allow_false", optional: true })],
    also: "fallback",
  }),
  map_value: choice("Look it up in a table", {
    says: ["looked up in a table", "looked up in a table", "looked up in a table, or {1}"],
    args: [argument("map")("Table", { usual: "yes=VIP" }), asValue("For all others", optional)],
    also: "lookup map replace switch case",
  }),
  rule: choice("Apply a rule", {
    says: "as the rule {0} says",
    args: [argument("rule")("Rule", { usual: "" })],
    also: "lookup table map transformation condition shared reusable",
  }),
  in_segment: choice("Whether it is in a segment", {
    says: "in the segment {0}, yes or no",
    args: [argument("segment")("Segment", { usual: "" })],
    also: "group audience member belongs",
  }),
  entered_segment: choice("Whether it has just come into a segment", {
    says: "just come into the segment {0}, yes or no",
    args: [argument("segment")("Segment", { usual: "" })],
    also: "group audience member enters new change",
  }),
  left_segment: choice("Whether it has just left a segment", {
    says: "just gone from the segment {0}, yes or no",
    args: [argument("segment")("Segment", { usual: "" })],
    also: "group audience member leaves change",
  }),
  segments: choice("The segments it is in", { says: "by the segments it is in", also: "group audience member belongs list" }),
  to_boolean: choice("Yes or no", { says: "as yes or no", also: "boolean true false convert" }),

  // ---- JSON, tables, XML
  json: table("Write as JSON", { says: "as JSON", args: [asNumber("Indent by", optional)], also: "stringify" }),
  jsonify: table("Write as JSON (another name)", { says: "as JSON", args: [asNumber("Indent by", optional)], same: "json" }),
  inspect: table("Write as JSON (a third name)", { says: "as JSON", args: [asNumber("Indent by", optional)], same: "json" }),
  parse_json: table("Read JSON", { says: "read as JSON", also: "parse object" }),
  parse_csv: table("Read a CSV table", {
    says: "read as a CSV table",
    args: [asText("Separator", optional), asYesNo("First row has names", { name: "header", optional: true })],
    also: "spreadsheet",
  }),
  to_csv: table("Write a CSV table", {
    says: "as a CSV table",
    args: [
      asText("Columns, with commas between", optional),
      asText("Separator", { name: "separator", optional: true }),
      asYesNo("Row of names", { name: "header", optional: true }),
    ],
    also: "spreadsheet export",
  }),
  parse_xml: table("Read XML", { says: "read as XML", also: "parse soap" }),

  // ---- encoding
  url_encode: code("Encode for an address", { says: "encoded for an address", also: "url percent query" }),
  url_decode: code("Decode from an address", { says: "decoded from an address", also: "url percent" }),
  uri_escape: code("Encode an address", { says: "as an encoded address", same: "url_encode" }),
  cgi_escape: code("Encode for a form", { says: "encoded for a form", same: "url_encode" }),
  escape: code("Encode for HTML", { says: "encoded for HTML", also: "entities" }),
  escape_once: code("Encode for HTML, once", { says: "encoded for HTML" }),
  xml_escape: code("Encode for XML", { says: "encoded for XML" }),
  base64_encode: code("Encode as base64", { says: "as base64" }),
  base64_decode: code("Decode base64", { says: "decoded from base64" }),
  base64_url_safe_encode: code("Encode as base64 for addresses", { says: "as base64" }),
  base64_url_safe_decode: code("Decode base64 of an address", { says: "decoded from base64" }),
  sha256: code("SHA-256 hash", { says: "as a SHA-256 hash", also: "checksum" }),
  hmac_sha256: code("HMAC with SHA-256", { says: "signed with HMAC SHA-256", args: [asText("Key")], also: "signature" }),
};

/** A call of a filter within a sentence, behind the value: "shortened to 10 characters". Undefined of one that has no words. */
export function filterPhrase({ name: called, arguments: values }: FilterCall, say: (argument: string) => string): string | undefined {
  const words = Object.hasOwn(filterWords, called) ? filterWords[called] : undefined;
  if (!words) return undefined;
  const placed = values.filter((one) => one.name === null).map(({ text: written }) => say(written));
  const phrase = typeof words.says === "string" ? words.says : (words.says[Math.min(placed.length, words.says.length - 1)] ?? "");
  return phrase.replace(/\{(\d)\}/g, (_, at: string) => placed[Number(at)] ?? "…").replace(/^((?:plus|minus) 1 (?:working )?\w+)s$/, "$1");
}
