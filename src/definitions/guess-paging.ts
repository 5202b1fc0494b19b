/** How a list is read to its end, guessed from the names of its inputs and the schema of its answer. */
import type { JsonSchema, Paging } from "#catalog/types.ts";
import type { Guessed } from "./guessed.ts";

/** An input as far as paging needs it. */
export interface PagingInput {
  name: string;
  wire?: string;
  in: string;
  schema?: JsonSchema;
}
type Sent = { wire: string; plain: string; in: "query" | "body"; schema: JsonSchema };

const sizes = [
  "limit",
  "pagesize",
  "perpage",
  "size",
  "maxresults",
  "count",
  "take",
  "first",
  "top",
  "rows",
  "results",
  "numresults",
  "pagelimit",
  "pageitems",
  "max",
  "resultsperpage",
  "itemsperpage",
  "num",
];
const cursors = [
  "cursor",
  "pagetoken",
  "nextpagetoken",
  "after",
  "startingafter",
  "startafterid",
  "startafter",
  "nextcursor",
  "nexttoken",
  "pagecursor",
  "continuationtoken",
  "continuation",
  "marker",
  "bookmark",
  "token",
  "pageafter",
  "scrollid",
  "lastid",
  "sinceid",
];
const pageNames = ["page", "pagenumber", "pageno", "pageindex", "currentpage", "pagenum", "p"];
const offsets = ["offset", "skip", "start", "from", "startat", "startindex", "firstresult", "pageoffset"];

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z\d]/g, "");

/**
 * How the list at `list` goes on; null where the inputs do not say. `identity`: the row's id, for a list that goes on after its last row. The
 * largest page is what the size's schema allows, else its default.
 */
export function guessPaging(
  inputs: readonly PagingInput[],
  answer: JsonSchema | undefined,
  { list = "", identity, linkHeader = false }: { list?: string; identity?: string; linkHeader?: boolean } = {},
): Guessed<Paging> | null {
  const paths = pathsOf(answer, list, 3);
  const byInputs = guessedInputs(inputs, paths, identity);
  // Going on after the last row is the least sure of all: the answer does not say that it can be done.
  return byInputs?.value.style === "lastRow" ? (guessedLink(paths, linkHeader) ?? byInputs) : (byInputs ?? guessedLink(paths, linkHeader));
}

/** By the inputs that say which page is wanted. */
function guessedInputs(inputs: readonly PagingInput[], paths: readonly Member[], identity: string | undefined): Guessed<Paging> | null {
  const sent = inputs.flatMap(asSent);
  const size = named(sent, sizes);
  if (!size) return null;
  const beside = sent.filter((each) => each.in === size.in && each !== size);
  const known = { in: size.in, size: size.wire, max: largest(size.schema) };
  const more = pathNamed(paths, ["hasmore", "hasnextpage", "hasnext", "more"], "boolean");
  const ended = totalMember(paths);
  const cursor = named(beside, cursors);
  const next = cursor && cursorPath(paths, cursor.plain);
  if (cursor && next !== undefined)
    return {
      value: { style: "cursor", ...known, next: { [cursor.wire]: next }, ...ended },
      why: `The next page is asked for with '${cursor.wire}', which the answer gives at '${next}'`,
    };
  const page = named(beside, pageNames);
  if (page) return { value: { style: "page", ...known, page: page.wire, ...ended }, why: `Pages are counted by '${page.wire}'` };
  const offset = named(beside, offsets);
  if (offset)
    return {
      value: { style: "offset", ...known, offset: offset.wire, ...ended, ...(more === undefined ? {} : { more }) },
      why: `Rows are counted by '${offset.wire}'`,
    };
  if (cursor && identity !== undefined)
    return {
      value: { style: "lastRow", ...known, field: cursor.wire, row: identity, ...(more === undefined ? {} : { more }) },
      why: `The next page is asked for with '${cursor.wire}', and the answer gives no cursor, so that it is probably the last row's '${identity}'`,
    };
  return null;
}

/** By the address of the next page, in the answer or in its header. */
function guessedLink(paths: readonly Member[], linkHeader: boolean): Guessed<Paging> | null {
  const link = paths.find(isNextAddress)?.path;
  if (link !== undefined)
    return { value: { style: "link", link, ...totalMember(paths) }, why: `The answer gives the address of the next page at '${link}'` };
  if (!linkHeader) return null;
  return { value: { style: "link", ...totalMember(paths) }, why: "The answer has a Link header, which gives the address of the next page" };
}

function totalMember(paths: readonly Member[]): { total?: string } {
  const names = ["total", "totalcount", "totalitems", "totalresults", "totalrecords", "totalelements", "totalsize", "recordstotal"];
  const total = pathNamed(paths, names, "number");
  return total === undefined ? {} : { total };
}

const asSent = ({ name, wire = name, in: place, schema = {} }: PagingInput): Sent[] =>
  place === "query" || place === "body" ? [{ wire, plain: plain(wire), in: place, schema }] : [];

/** The first of the names, by their order, that one of the inputs has and that a definition can say. */
const named = (inputs: readonly Sent[], names: readonly string[]): Sent | undefined =>
  names
    .map((name) => inputs.find((input) => input.plain === name && /^[A-Za-z_][\w-]*$/.test(input.wire)))
    .find((input) => input !== undefined);

function largest({ maximum, default: usual }: JsonSchema): number {
  const most = maximum ?? (typeof usual === "number" ? usual : 100);
  return Math.max(1, Math.min(10_000, Math.floor(most)));
}

interface Member {
  path: string;
  plain: string;
  types: readonly string[];
  format: string | undefined;
}
/** The members of an answer beside its list, nearest first. */
function pathsOf(answer: JsonSchema | undefined, list: string, depth: number, before = ""): Member[] {
  if (typeof answer !== "object" || answer === null) return [];
  const members = Object.entries(answer.properties ?? {}).filter(([name]) => `${before}${name}` !== list);
  const own = members.map(([name, { type, format }]) => ({
    path: `${before}${name}`,
    plain: plain(name),
    types: [type].flat().filter((each) => each !== undefined),
    format,
  }));
  const inner = depth === 0 ? [] : members.flatMap(([name, member]) => pathsOf(member, list, depth - 1, `${before}${name}.`));
  return [...own, ...inner];
}

function pathNamed(paths: readonly Member[], names: readonly string[], type: "number" | "boolean"): string | undefined {
  const fits = ({ types }: Member) => types.length === 0 || types.includes(type) || (type === "number" && types.includes("integer"));
  return paths.find((member) => names.includes(member.plain) && fits(member))?.path;
}

const givenCursors = [
  "nextcursor",
  "nextpagetoken",
  "nexttoken",
  "endcursor",
  "continuationtoken",
  "nextpagecursor",
  "cursor",
  "after",
  "nextpage",
  "next",
  "marker",
  "bookmark",
  "scrollid",
  "pagetoken",
];

/** Where an answer gives the cursor of the next page: under the input's own name, with "next" before it, or under a usual name. */
function cursorPath(paths: readonly Member[], input: string): string | undefined {
  const fits = (member: Member) => isSingle(member) && !member.types.includes("boolean") && !isNextAddress(member);
  const names = [`next${input}`, input, ...givenCursors];
  return names.map((name) => paths.find((member) => member.plain === name && fits(member))?.path).find((path) => path !== undefined);
}

const isSingle = ({ types }: Member): boolean => !types.includes("object") && !types.includes("array");

const nextAddresses = ["nexturl", "nextlink", "nextpageurl", "nextpagelink", "nexthref", "nexturi", "nextpageuri"];

/** Whether a member is the address of the next page: by its name, by its format, or by standing among links. */
function isNextAddress(member: Member): boolean {
  const { path, plain: name, types, format } = member;
  if (!isSingle(member) || (types.length > 0 && !types.includes("string"))) return false;
  if (nextAddresses.includes(name) || /(^|\.)_?links\.next(\.href)?$/i.test(path)) return true;
  return /^(next|nextpage)$/.test(name) && (format === "uri" || format === "url" || format === "uri-reference");
}
