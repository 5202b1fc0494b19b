import { holdsId } from "#catalog/blame.ts";
import type { Operation } from "#catalog/types.ts";
import { compileValue } from "../mapping/mapping.ts";
import { isTemplate } from "../mapping/template.ts";
import { loginOf, still, type Place, type Source } from "./spots.ts";
import type { LintFinding } from "../types/lint.ts";
import type { LintReader } from "./types.ts";

const deepest = 10;

/** Ids that come from a step or trigger of one sub-account and are used in another, where they mean nothing. */
export async function foreignIds(
  place: Place,
  operation: Operation,
  reader: LintReader,
  wordsOf: (at: string) => string,
): Promise<LintFinding[]> {
  const findings: LintFinding[] = [];
  for (const field of operation.input.filter(holdsId)) {
    for (const path of pathsIn(place.input[field.name])) {
      const origin = originOf(path, place.names);
      if (!origin || !(await isElsewhere(origin, place, reader))) continue;
      findings.push({
        level: "error",
        at: `${place.at}.input.${field.name}`,
        step: place.step,
        field: field.name,
        problem: `{{ ${path} }} is an id of ${wordsOf(origin.at)}, which works in ${loginOf(origin)}; this step works in ${loginOf(place)}, another sub-account, where that id means nothing`,
        fix: `Find the record in ${loginOf(place)} first, by its e-mail address or another key both have, and use the id that step gives.`,
      });
    }
  }
  return findings;
}

function pathsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(pathsIn);
  return typeof value === "string" && isTemplate(value) ? compileValue(value, still, "input").uses : [];
}

/** The call whose record an id in a template is of; null where the path is no id, or nobody can tell. */
export function originOf(path: string, names: ReadonlyMap<string, Source>, depth = 0): Place | Omit<Place, "names"> | null {
  const [root = "", ...rest] = path.split(/[.[\]]+/).filter((part) => part !== "" && !/^\d+$/.test(part));
  const source = names.get(root);
  if (!source || depth > deepest) return null;
  const last = rest.at(-1);
  if (source.kind === "call") return last !== undefined && isIdName(last) ? source.place : null;
  const paths = source.kind === "item" ? source.of.map((list) => [list, ...rest].join(".")) : pathsIn(source.value[rest[0] ?? ""]);
  return paths.map((each) => originOf(each, names, depth + 1)).find((origin) => origin !== null) ?? null;
}

const isIdName = (name: string): boolean => /(^|_)ids?$|[a-z]Ids?$|^assigned_?to$|^followers$/i.test(name);

async function isElsewhere(origin: Omit<Place, "names">, place: Place, reader: LintReader): Promise<boolean> {
  if (origin.app !== place.app || !origin.connection || !place.connection || origin.connection === place.connection) return false;
  const [from, here] = await Promise.all([reader.connection(origin.connection), reader.connection(place.connection)]);
  return from?.locationId !== undefined && here?.locationId !== undefined && from.locationId !== here.locationId;
}
