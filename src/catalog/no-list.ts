import { cutText } from "#kernel/characters.ts";
import { isObject } from "#kernel/json.ts";

const mostNamed = 12;
const deepest = 4;
const mostLooked = 500;

/** Explains to users why there is no list at a path of an answer: what is there, and where the lists are. */
export function whyNoList(body: unknown, path: string): string {
  if (body === null || body === undefined || body === "") return "the answer is empty";
  if (typeof body === "string") return `the answer is not JSON; it begins with '${cutText(body.trim(), 40)}'`;
  const { at, reached, missing } = walk(body, path);
  const there = nameOf(reached);
  if (missing !== undefined)
    return `there is no '${missing}' in ${there}${isObject(at) ? `, which has: ${named(at)}` : ""}${listsIn(body)}`;
  if (isObject(at)) return `${there} is an object with: ${named(at)}${listsIn(body)}`;
  return `${there} is ${at === null ? "null" : `a ${typeof at}`}${listsIn(body)}`;
}

/** Follows a path as far as it leads. */
function walk(body: unknown, path: string): { at: unknown; reached: string; missing?: string } {
  let at = body;
  let reached = "";
  for (const key of path === "" ? [] : path.split(".")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return { at, reached, missing: key };
    at = (at as Record<string, unknown>)[key];
    reached = reached === "" ? key : `${reached}.${key}`;
  }
  return { at, reached };
}

const nameOf = (path: string): string => (path === "" ? "the answer" : `'${path}'`);

function named(value: Record<string, unknown>): string {
  const names = Object.keys(value);
  if (names.length === 0) return "nothing";
  return names.slice(0, mostNamed).join(", ") + (names.length > mostNamed ? ", …" : "");
}

/** Paths of the lists in an answer, those nearest to its top first. */
function listsIn(body: unknown): string {
  const paths: string[] = [];
  let level: [string, unknown][] = [["", body]];
  for (let depth = 0, looked = 0; depth <= deepest && level.length > 0; depth++) {
    const next: [string, unknown][] = [];
    for (const [path, value] of level) {
      if (++looked > mostLooked) break;
      if (Array.isArray(value)) paths.push(path);
      else if (isObject(value))
        for (const [key, member] of Object.entries(value).slice(0, 100)) next.push([path === "" ? key : `${path}.${key}`, member]);
    }
    level = next;
  }
  if (paths.length === 0) return "; there is no list in the answer";
  if (paths[0] === "") return "; the answer is a list itself, so leave the path empty";
  return `; lists there: ${paths.slice(0, 5).join(", ")}`;
}
