/** Pure: changes of a definition at paths such as `steps[1].then[0].input.email`. */
import { badInput } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import { pathOf } from "./path.ts";

/** A path that leads to a place. Throws BAD_INPUT for one that cannot. */
function placeAt(at: string): (string | number)[] {
  const parts = pathOf(at);
  if (parts.length === 0 || parts.includes("__proto__")) throw badInput("at", "is no path; write steps[1].input.email");
  return parts;
}

/** A copy with another value at the path, or without one where the value is undefined. Throws BAD_INPUT where the path leads nowhere. */
export function withValue(whole: unknown, at: string, value: unknown): unknown {
  return changedAt(whole, placeAt(at), at, () => value);
}

/** A copy in which the name `from` is `to`, in the value at the path. The same object where it is not there. */
export function withName(whole: unknown, at: string, from: string, to: string): unknown {
  if (/\{[{%]/.test(to)) throw badInput("to", "would be read as a formula");
  return changedAt(whole, placeAt(at), at, (value) => renamed(value, from, to));
}

function changedAt(whole: unknown, [key, ...rest]: readonly (string | number)[], at: string, change: (value: unknown) => unknown): unknown {
  if (key === undefined) return change(whole);
  if (Array.isArray(whole)) {
    if (typeof key !== "number" || key >= whole.length) throw leadsNowhere(at);
    const value = changedAt(whole[key], rest, at, change);
    return value === undefined ? whole.filter((_, i) => i !== key) : whole.map((item: unknown, i) => (i === key ? value : item));
  }
  if (!isObject(whole)) throw leadsNowhere(at);
  // The path of a finding may end within a name that has dots.
  const name = String(key);
  const value = changedAt(whole[name] ?? (rest.length > 0 ? {} : undefined), rest, at, change);
  const others = Object.fromEntries(Object.entries(whole).filter(([one]) => one !== name));
  if (value === undefined) return others;
  return name in whole
    ? Object.fromEntries(Object.entries(whole).map(([one, old]) => [one, one === name ? value : old]))
    : { ...others, [name]: value };
}

const leadsNowhere = (at: string) => badInput("at", `leads nowhere in this definition: ${at}`);

/** A text that is the name, a list that has it, a member that is called so, or a condition that compares with it. */
function renamed(value: unknown, from: string, to: string): unknown {
  if (typeof value === "string") return renamedText(value, from, to);
  if (Array.isArray(value)) return value.map((item) => renamed(item, from, to));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name.trim() === from ? to : name, renamed(member, from, to)]));
}

function renamedText(text: string, from: string, to: string): string {
  if (text.trim() === from) return to;
  const parts = text.split(",").map((part) => part.trim());
  if (parts.length > 1 && parts.includes(from)) return parts.map((part) => (part === from ? to : part)).join(", ");
  return text.replace(/(["'])(.*?)\1/g, (whole: string, quote: string, inner: string) =>
    inner.trim() === from && !to.includes(quote) ? quote + to + quote : whole,
  );
}
