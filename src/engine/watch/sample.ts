import type { JsonObject } from "#kernel/json.ts";
import { fold, textOf } from "#catalog/text.ts";
import type { WatchBound, WatchFacts } from "#catalog/types.ts";
import type { Changed } from "./compare.ts";
import { changePayload } from "./observation.ts";
import { valuesOf } from "./values.ts";

/** A record of the list as if it had just changed in the watched way, to try a flow with before any change happened. */
export function pretendedChange(
  { change }: WatchFacts,
  chosen: JsonObject,
  record: string,
  row: Record<string, unknown>,
  now: number,
): unknown {
  const values = valuesOf(change, chosen, row, "poll");
  const about = { record, by: "poll", at: now } as const;
  if (change.kind === "made") return changePayload(row, about, { kind: "made", name: "made", fields: [], old: {}, new: {} });
  if (change.kind === "member") {
    const { path, side, setting } = change;
    const list = [values[path] ?? []].flat().map(textOf);
    const tag = textOf(chosen[setting]) || (list.at(-1) ?? "vip");
    const without = list.filter((one) => fold(one) !== fold(tag));
    const [old, present] = side === "added" ? [without, [...without, tag]] : [[...without, tag], without];
    const changed: Changed = { kind: side, name: tag, tag, fields: [path], old: { [path]: old }, new: { [path]: present } };
    return changePayload({ ...row, [path]: present }, about, changed);
  }
  const [name = ""] = Object.keys(values);
  const to = boundOf(change.to, chosen) ?? values[name] ?? null;
  const from = boundOf(change.from, chosen) ?? null;
  const changed: Changed = { kind: "changed", name, from, to, fields: [name], old: { [name]: from }, new: { [name]: to } };
  return changePayload(name in row ? { ...row, [name]: to } : row, about, changed);
}

function boundOf(bound: WatchBound | undefined, chosen: JsonObject): string | undefined {
  if (!bound) return undefined;
  const value = "values" in bound ? (bound.values[0] ?? "") : textOf(chosen[bound.setting]);
  return value === "" ? undefined : value;
}
