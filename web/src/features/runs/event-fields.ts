import { isObject } from "#kernel/json.ts";

/** Pure: an event as fields to fill in. */

type Key = string | number;
type Plain = string | number | boolean | null;

/** One value of an event that a person may write. */
export interface EventField {
  path: readonly Key[];
  value: Plain;
}

/** More than this is easier to read as JSON. */
export const mostFields = 60;

/** Its texts, numbers and switches with their places; what Millrace notes beside the event is left out. */
export function fieldsOf(event: unknown, path: readonly Key[] = []): EventField[] {
  if (Array.isArray(event)) return event.flatMap((item, i) => fieldsOf(item, [...path, i]));
  if (isObject(event))
    return Object.entries(event).flatMap(([key, value]) =>
      path.length === 0 && key.startsWith("_") ? [] : fieldsOf(value, [...path, key]),
    );
  return path.length > 0 && isPlain(event) ? [{ path, value: event }] : [];
}

const isPlain = (value: unknown): value is Plain => value === null || ["string", "number", "boolean"].includes(typeof value);

/** The event with another value at one place. */
export function withField(event: unknown, path: readonly Key[], value: Plain): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(event)) return event.map((item: unknown, i) => (i === key ? withField(item, rest, value) : item));
  return isObject(event) ? { ...event, [key]: withField(event[key], rest, value) } : event;
}

/** "contact.email", "items[0].name". */
export const placeOf = (path: readonly Key[]): string =>
  path.map((key, i) => (typeof key === "number" ? `[${key}]` : i === 0 ? key : `.${key}`)).join("");

/** What a person typed as a value like the one before: a number stays a number. Undefined where it cannot be one. */
export function readLike(before: Plain, text: string): Plain | undefined {
  if (typeof before === "number") return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined;
  if (typeof before === "boolean") return text === "true";
  return text === "" && before === null ? null : text;
}

/** The places where two events differ, with both values. */
export function differences(before: unknown, after: unknown): { field: string; old: unknown; new: unknown }[] {
  const [old, changed] = [before, after].map((event) => new Map(fieldsOf(event).map(({ path, value }) => [placeOf(path), value])));
  return [...new Set([...old!.keys(), ...changed!.keys()])]
    .filter((field) => old!.get(field) !== changed!.get(field))
    .map((field) => ({ field, old: old!.get(field), new: changed!.get(field) }));
}

/** The fields that a flow reads, and the others. All are read where it names none, as a script may do. */
export function fieldsByUse(fields: readonly EventField[], steps: readonly unknown[]): { used: EventField[]; others: EventField[] } {
  const reads = readsOf(steps);
  if (reads.length === 0) return { used: [...fields], others: [] };
  const isUsed = ({ path }: EventField) => reads.some((read) => overlaps(read, namesIn(path)));
  return { used: fields.filter(isUsed), others: fields.filter((field) => !isUsed(field)) };
}

/** The fields that the inputs of a step with these names are filled from, by their places. */
export function placesRead(
  fields: readonly EventField[],
  steps: readonly unknown[],
  stepId: unknown,
  names: readonly string[],
): Set<string> {
  const step = stepOf(steps, stepId);
  const input = isObject(step?.["input"]) ? step["input"] : {};
  const reads = readsOf(names.map((name) => input[name]));
  return new Set(fields.filter(({ path }) => reads.some((read) => overlaps(read, namesIn(path)))).map(({ path }) => placeOf(path)));
}

/** The step of an id, wherever in the flow it is. */
function stepOf(part: unknown, id: unknown): Record<string, unknown> | undefined {
  if (Array.isArray(part)) {
    for (const one of part) {
      const found = stepOf(one, id);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (!isObject(part)) return undefined;
  return part["id"] === id ? part : stepOf([part["then"], part["else"], part["do"]], id);
}

const read = /\btrigger((?:\s*\.\s*[A-Za-z_]\w*|\s*\[\s*(?:\d+|"[^"]*"|'[^']*')\s*\])+)/g;
const readPart = /[A-Za-z_]\w*|"[^"]*"|'[^']*'/g;

/** What is read of the event, as names one below the other: `trigger.contact.tags[0]` is contact, tags. */
function readsOf(part: unknown): string[][] {
  if (typeof part === "string")
    return [...part.matchAll(read)].map(([, path = ""]) => [...path.matchAll(readPart)].map(([name]) => name.replace(/^["']|["']$/g, "")));
  if (Array.isArray(part)) return part.flatMap(readsOf);
  return isObject(part) ? Object.values(part).flatMap(readsOf) : [];
}

const namesIn = (path: readonly Key[]): string[] => path.filter((key) => typeof key === "string");

const overlaps = (a: readonly string[], b: readonly string[]): boolean => {
  const shorter = Math.min(a.length, b.length);
  return a.slice(0, shorter).every((name, i) => name === b[i]);
};
