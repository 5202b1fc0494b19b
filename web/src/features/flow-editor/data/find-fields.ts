import { recordOf } from "../../flows/starter.ts";
import { readPath } from "#engine/mapping/words/parts.ts";
import { isExample } from "./samples.ts";
import { allFields } from "./sources.ts";
import type { PlaceData, Source, SourceField } from "./types.ts";
import { shownText } from "./values.ts";

/** Pure: finds fields by what people remember of them. */

export interface FoundField {
  source: Source;
  field: SourceField;
  /** With the objects it is in: "Contact › E-mail". */
  label: string;
  /** In the chosen sample; an empty text where there is none. */
  value: string;
  /** It is not of a real event or call. */
  isExample: boolean;
  /** It is what the field wants: the id of such a record, or a list for a loop. */
  fits?: true;
}

/** The value of a path in a sample, as far as it is plain. */
export function valueIn(values: Readonly<Record<string, unknown>> | undefined, path: string): unknown {
  const keys = readPath(path) ?? [];
  return keys.reduce<unknown>((value, key, at) => {
    if (key === "size" && at > 0 && (Array.isArray(value) || typeof value === "string")) return value.length;
    return typeof value === "object" && value !== null && Object.hasOwn(value, key)
      ? (value as Record<string | number, unknown>)[key]
      : undefined;
  }, values);
}

const lists = new WeakMap<PlaceData, FoundField[]>();

/** Every field with its value, made once for each choice of sample. */
export function listedFields(data: PlaceData): FoundField[] {
  const cached = lists.get(data);
  if (cached) return cached;
  const made = allFields(data.sources).map(({ source, field, parents }) => ({
    source,
    field,
    label: [...parents, field].map(({ label }) => label).join(" › "),
    value: shownText(field.path === "now" ? new Date().toISOString() : valueIn(data.sample?.values, field.path), 60),
    isExample: isExample(data.sample, source.name),
  }));
  lists.set(data, made);
  return made;
}

/**
 * The fields whose label, path, source or value has all the words, the best first; without words, a few of each source, the nearest first.
 * For the id of a record those that are one come before all others, the newest first; for a loop, lists.
 */
export function findFields(data: PlaceData, words: string, wantedBy?: string): FoundField[] {
  const fields = fieldsWith(data, words);
  if (wantedBy === "forEach") return fitsFirst(fields, ({ field }) => field.type === "list");
  const record = wantedBy === undefined ? null : recordOf(wantedBy);
  if (record === null) return words.trim() === "" ? lastStepFirst(fewOfEach(fields), data.sources) : fields;
  const age = (one: FoundField) => data.sources.indexOf(one.source);
  return fitsFirst(
    fields.toSorted((a, b) => age(b) - age(a)),
    (one) => isIdOf(one, wantedBy!, record),
    fields,
  );
}

const fitsFirst = (inOrder: readonly FoundField[], fits: (one: FoundField) => boolean, others = inOrder): FoundField[] => [
  ...inOrder.filter(fits).map((one) => ({ ...one, fits: true as const })),
  ...others.filter((one) => !fits(one)),
];

/** Whether a value is the id that a field wants: `contactId`, `contact.id`, or the `id` of what gives a contact. */
function isIdOf({ source, field }: FoundField, wantedBy: string, record: string): boolean {
  const keys = readPath(field.path) ?? [];
  const [last, before] = [keys.at(-1), keys.at(-2)];
  return last === wantedBy || (last === "id" && (before === record || (keys.length === 2 && source.record === record)));
}

/**
 * The item of a loop first, then the event, which most is made of, then what the steps gave, the nearest first, and the flow's own facts last.
 * Of each, ids and what tells of the change itself come behind what people read.
 */
function inReach(sources: readonly Source[], fields: readonly FoundField[]): FoundField[] {
  const groups = ["item", "trigger", "step", "flow"];
  const nearness = ({ source, field }: FoundField) =>
    groups.indexOf(source.kind) * (sources.length + 1) + sources.length - sources.indexOf(source) + (isBehind(field.path) ? 0.5 : 0);
  return fields.toSorted((a, b) => nearness(a) - nearness(b));
}

const isBehind = (path: string): boolean => isOwnId(path) || path.startsWith("trigger._change");

const mostOfEach = 25;

/** Without words, a source of many fields does not push the others out of the list. */
const fewOfEach = (fields: readonly FoundField[]): FoundField[] => {
  const counts = new Map<Source, number>();
  return fields.filter(({ source }) => {
    const count = (counts.get(source) ?? 0) + 1;
    counts.set(source, count);
    return count <= mostOfEach;
  });
};

const mostOfLastStep = 8;

/** A few fields of the step just before come first: what it gave is often what the next one is about. */
function lastStepFirst(fields: readonly FoundField[], sources: readonly Source[]): FoundField[] {
  const last = sources.findLast(({ kind }) => kind === "step");
  const isItem = ({ source }: FoundField) => source.kind === "item";
  const near = fields.filter(({ source }) => source === last).slice(0, mostOfLastStep);
  return [...fields.filter(isItem), ...near, ...fields.filter((one) => !isItem(one) && !near.includes(one))];
}

const isOwnId = (path: string): boolean => /(?:^|[.\]])(?:id|\w+Id)$/.test(path);

function fieldsWith(data: PlaceData, words: string): FoundField[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const all = listedFields(data);
  if (wanted.length === 0)
    return inReach(
      data.sources,
      all.filter(({ field }) => field.type !== "object" || field.fields.length === 0),
    );
  return all
    .map((match) => ({ match, score: scoreOf(match, wanted), rank: rankOf(match, wanted.join(" ")) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => a.rank - b.rank || b.score - a.score)
    .map(({ match }) => match);
}

/** What is called exactly so comes first, then what begins with the words, then all others. */
function rankOf({ label }: FoundField, words: string): number {
  const title = plainText(label);
  const wanted = plainText(words);
  return title === wanted ? 0 : title.startsWith(wanted) ? 1 : 2;
}

/** How well a field fits the words; 0 if one of them is nowhere. The beginning of the label counts most, the sample's value least. */
function scoreOf({ field, source, label, value }: FoundField, words: readonly string[]): number {
  let score = 0;
  for (const word of words) {
    const own = Math.max(
      placeIn(field.label, word) * 8,
      placeIn(label, word) * 6,
      placeIn(field.path, word) * 5,
      placeIn(field.also ?? "", word) * 4,
      placeIn(value, word) * 3,
      placeIn(source.title, word) * 2,
    );
    if (own === 0) return 0;
    score += own;
  }
  return score - label.length / 100;
}

/** Hyphens do not count: "email" is "E-mail". */
const plainText = (text: string): string => text.toLowerCase().replaceAll("-", "");

/** 3 at the beginning, 2 at the beginning of a word, 1 within one, 0 nowhere. */
function placeIn(text: string, word: string): number {
  const plain = plainText(text);
  const at = plain.indexOf(plainText(word));
  if (at < 0) return 0;
  return at === 0 ? 3 : /[\s._›[]/.test(plain[at - 1]!) ? 2 : 1;
}
