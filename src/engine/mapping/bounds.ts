import { sizeUpTo } from "#kernel/json.ts";
import { isMissingFor } from "./missing.ts";
import { currentWork } from "./work.ts";
import { MappingProblem } from "./problem.ts";
import { maxTextLength } from "./text.ts";

/**
 * What one call of a filter may be given. JavaScript cannot be interrupted in the middle of a call, so whatever is let in has to be done
 * within a few milliseconds: the bounds are set by measuring every filter on hostile texts (`bounds.test.ts`), not by what is usual.
 */
export interface FilterBound {
  /** Characters of the value: of a list or an object, those of everything in it together. */
  readonly text: number;
  /** Items of a list. */
  readonly items: number;
  /** Characters of each argument. */
  readonly argument: number;
}

const kib = 1024;
const long = maxTextLength;

/** Looks at the ends of its value at most, or hands it on. */
const untouched: FilterBound = { text: Infinity, items: Infinity, argument: Infinity };
/** Goes through a text once. */
const linear: FilterBound = { text: long, items: 100_000, argument: kib };
/** Goes through a text once and joins it with another. */
const joining: FilterBound = { text: long, items: 100_000, argument: long };
/** Goes through a text once, slowly, or makes it several times as long. */
const growing: FilterBound = { text: 128 * kib, items: 10_000, argument: kib };
/** Looks at each word, or at each item by a path or an expression. */
const thorough: FilterBound = { text: 256 * kib, items: 10_000, argument: kib };
/** Compares or shuffles items, or takes a whole list apart and back together. */
const sorting: FilterBound = { text: 256 * kib, items: 10_000, argument: kib };
/** Reads what is a line at most: a name, a title, an address of a page. */
const line: FilterBound = { text: 4 * kib, items: 1_000, argument: kib };
/** Reads a number, a date, a phone number, yes or no. */
const short: FilterBound = { text: 256, items: 100, argument: 256 };
/** One that nobody has measured. */
const unmeasured: FilterBound = { text: 16 * kib, items: 1_000, argument: 256 };

const named = (bound: FilterBound, names: string): [string, FilterBound][] => names.split(" ").map((name) => [name, bound]);

const bounds = new Map<string, FilterBound>([
  ...named(untouched, "size first last default if_blank fallback to_list raw"),
  ...named({ ...linear, text: 64 * kib }, "lstrip rstrip"),
  ...named(linear, "downcase upcase capitalize strip strip_newlines mask to_text"),
  ...named({ ...linear, text: 512 * kib }, "squish normalize_whitespace json truncate_words"),
  ...named(linear, "truncate compact reverse pop shift slice remove_first remove_last"),
  ...named(joining, "append prepend replace_first replace_last concat push unshift"),
  ...named(
    growing,
    "escape xml_escape escape_once newline_to_br url_encode url_decode cgi_escape uri_escape base64_encode base64_decode base64_url_safe_encode base64_url_safe_decode",
  ),
  ...named(growing, "jsonify inspect slugify number_of_words truncatewords array_to_sentence_string"),
  ...named({ ...linear, text: 384 * kib }, "strip_html sha256 hmac_sha256"),
  ...named({ ...linear, items: 10_000 }, "parse_csv"),
  ...named({ ...linear, text: 512 * kib }, "parse_xml"),
  ...named({ ...linear, text: 512 * kib, items: 10_000 }, "to_csv"),
  ...named({ ...joining, text: 640 * kib }, "replace remove"),
  ...named(thorough, "split split_list join join_list unique uniq pick parse_json map sum"),
  ...named({ ...thorough, text: 128 * kib }, "tags"),
  ...named({ ...thorough, argument: 64 * kib }, "map_value"),
  ...named({ ...thorough, text: 64 * kib, items: 1_000 }, "rule in_segment entered_segment left_segment segments"),
  ...named({ ...thorough, items: 5_000 }, "where reject where_exp reject_exp group_by group_by_exp"),
  ...named({ ...thorough, items: 5_000 }, "has has_exp find find_exp find_index find_index_exp"),
  ...named({ ...sorting, items: 5_000 }, "sort sort_natural"),
  ...named({ ...sorting, text: 16 * kib, items: 1_000 }, "sample"),
  ...named(line, "first_name last_name initials titlecase slug"),
  ...named(short, "to_number round_to clamp money to_cents from_cents to_boolean phone phone_or_blank to_integer"),
  ...named(short, "abs at_least at_most ceil divided_by floor minus plus modulo times round"),
  ...named(short, "date date_in_zone to_iso parse_date to_epoch to_epoch_ms start_of end_of age days_since"),
  ...named(short, "date_to_xmlschema date_to_rfc822 date_to_string date_to_long_string"),
  ...["minutes", "hours", "days", "weeks", "months", "years", "business_days"].flatMap((unit) =>
    named(short, `plus_${unit} minus_${unit}`),
  ),
]);

/** The bound of a filter; a new one has a careful bound until it is measured. */
export const boundOf = (filter: string): FilterBound => bounds.get(filter) ?? unmeasured;

/** Below this nothing needs to be looked at: nearly every value of nearly every template. */
const small = 256;
const isSmall = (value: unknown): boolean =>
  typeof value === "string" ? value.length <= small : typeof value !== "object" || value === null;

/**
 * A filter within its bound: its value is measured before it is called, its result is charged to the mapping's work afterwards. What is missing
 * does not reach it (`missing.ts`). Every filter, ours or Liquid's, is registered through this.
 */
export function withinBounds<This>(filter: string, call: Call<This>): Call<This> {
  const bound = boundOf(filter);
  const isMissing = isMissingFor(filter);
  return function (this: This, value: unknown, ...args: unknown[]) {
    if (isMissing(value)) return undefined;
    const work = currentWork();
    work.call(filter);
    if (!isSmall(value)) work.charge(measured(filter, value, bound));
    let result: unknown;
    if (args.length === 0) result = call.call(this, value);
    else {
      for (const argument of args) if (!isSmall(argument)) measuredArgument(filter, argument, bound);
      result = args.length === 1 ? call.call(this, value, args[0]) : call.call(this, value, ...args);
    }
    if (typeof result === "string" && result.length > small) work.charge(allowedLength(filter, result));
    return result;
  };
}

type Call<This> = (this: This, value: unknown, ...args: unknown[]) => unknown;

function allowedLength(filter: string, { length }: string): number {
  if (length > maxTextLength) throw new MappingProblem(`${filter} would give a text longer than 1 MiB`);
  return length;
}

/** How large a value is, or a problem where it is larger than the filter takes. */
function measured(filter: string, value: unknown, { text, items }: FilterBound): number {
  if (typeof value === "string") {
    if (value.length > text)
      throw new MappingProblem(`${filter} takes a text of at most ${inWords(text)} characters, not ${inWords(value.length)}`);
    return value.length;
  }
  if (Array.isArray(value) && value.length > items)
    throw new MappingProblem(`${filter} takes a list of at most ${inWords(items)} items, not ${inWords(value.length)}`);
  if (text === Infinity) return 0;
  const size = sizeUpTo(value, text);
  if (size > text)
    throw new MappingProblem(`${filter} takes at most ${inWords(text)} characters in a list or an object, and this one has more`);
  return size;
}

function measuredArgument(filter: string, argument: unknown, { argument: most }: FilterBound): void {
  if (most !== Infinity && sizeUpTo(argument, most + 2) > most + 2)
    throw new MappingProblem(`${filter} takes at most ${inWords(most)} characters after its colon, and there are more`);
}

const inWords = (n: number): string => n.toLocaleString("en-US");
