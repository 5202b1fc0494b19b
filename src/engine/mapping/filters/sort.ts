import { getPath } from "#kernel/json.ts";
import { timesOf } from "../compare-times.ts";
import { isNil, toText } from "../text.ts";
import type { Filter, MappingSettings } from "../types.ts";
import { toList } from "./arguments.ts";

/** Liquid's `sort`, but that a list of times is sorted by their moments, whatever their offsets. What is missing comes last. */
export const sortFilter =
  ({ zone }: Pick<MappingSettings, "zone">): Filter =>
  (value, property) => {
    if (isNil(value)) return undefined;
    const list = toList(value);
    const values = isNil(property) ? list : list.map((item) => getPath(item, toText(property)));
    const keys: readonly unknown[] = timesOf(values, zone) ?? values;
    return list
      .map((item, i) => ({ item, key: keys[i] }))
      .toSorted((a, b) => inOrder(a.key, b.key))
      .map(({ item }) => item);
  };

function inOrder(left: unknown, right: unknown): number {
  if (isNil(left) || isNil(right)) return Number(isNil(left)) - Number(isNil(right));
  const [a, b] = [left, right] as [number, number]; // whatever they are, JavaScript compares them as Liquid does
  return a < b ? -1 : a > b ? 1 : 0;
}
