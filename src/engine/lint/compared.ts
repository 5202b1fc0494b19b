import { originOf } from "./foreign.ts";
import type { Literal } from "./literals.ts";
import type { Condition } from "./spots.ts";
import type { LintReader } from "./types.ts";

/** `trigger.pipelineStageId == 'stg1'`, wherever it stands in a condition. */
const comparison = /([A-Za-z_][\w.[\]-]*)\s*(==|!=|\bcontains\b)\s*(["'])(.*?)\3/g;

/** What a condition compares ids of a sub-account's records with. What comes in is an id; a name there is never met. */
export function comparedWith({ at, step, text, names }: Condition, reader: LintReader): Literal[] {
  return [...text.matchAll(comparison)].flatMap(([, path = "", , , value = ""]) => {
    const origin = originOf(path, names);
    const field = origin && reader.choosing(origin.app, path.split(".").at(-1)!);
    if (!origin || !field?.lookup || value.trim() === "") return [];
    return [{ place: { ...origin, at, step, names }, field, lookup: field.lookup, at, text: value.trim(), idFor: { compared: path } }];
  });
}
