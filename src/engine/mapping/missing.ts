import { isBlank, isNil } from "./text.ts";

/**
 * What a filter gives whose value is not there: nothing, so that the field is left out. What counts as not being there depends on what the
 * filter is for. A blank text is a text to a filter of texts, and no number, date or list to the others; an empty list is a list to a filter
 * of lists. A list of nothing but blanks is nothing to all of them.
 */

/** Filters that give something although their value is missing, each with the reason. */
export const supplying: Readonly<Record<string, string>> = {
  default: "puts a value in the place of one that is missing",
  if_blank: "puts a value in the place of a blank one",
  fallback: "gives the first value that is there",
  size: "counts, and nothing counts 0",
  json: "writes null, which is JSON's word for nothing",
  jsonify: "is another name of json",
  inspect: "is another name of json",
  map_value: "may have a row for nothing, as in '=unknown'; without one the result is missing",
  rule: "may have a row for nothing; without one the result is missing",
  concat: "joins two lists, and one of them is enough",
  push: "adds an item to a list, which may not be there yet",
  unshift: "adds an item to a list, which may not be there yet",
  tags: "joins tags from several places, and one of them is enough",
};

/** Those whose result only stands for what is missing: a field that is nothing else is left out. */
export const isPlaceholder = (filter: string): boolean => placeholders.has(filter);
const placeholders = new Set(["size", "json", "jsonify", "inspect"]);

const names = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Text in, text out: what is blank stays as it is. Not the codes and hashes of it, which would look like a value. */
const ofText = names(
  "downcase upcase capitalize strip lstrip rstrip strip_newlines squish normalize_whitespace append prepend replace replace_first replace_last " +
    "remove remove_first remove_last truncate truncate_words truncatewords strip_html newline_to_br escape escape_once xml_escape url_decode " +
    "slug slugify mask " +
    "to_text titlecase first_name last_name initials slice first last raw",
);
/** List in, list or an answer about it out: an empty list is one. */
const ofLists = names(
  "to_list split_list compact unique uniq reverse sort sort_natural map where reject where_exp reject_exp group_by group_by_exp pop shift slice sample " +
    "pick has has_exp first last parse_json raw",
);

/** Whether a filter's value is as good as missing. */
export function isMissingFor(filter: string): (value: unknown) => boolean {
  if (Object.hasOwn(supplying, filter)) return () => false;
  const [text, list] = [ofText.has(filter), ofLists.has(filter)];
  return (value) =>
    isNil(value) ||
    (typeof value === "string" ? !text && isBlank(value) : Array.isArray(value) && !(list && value.length === 0) && isBlank(value));
}
