import { cutText } from "#kernel/characters.ts";
import { isObject, deeperThan, sizeUpTo } from "#kernel/json.ts";
import { takesAnyAddress } from "./any-address.ts";
import { isEmptyMark, pointer } from "./empty.ts";
import { isBlankText } from "./text.ts";
import type { InputField, Operation } from "./types.ts";

/**
 * The input for undocumented fields that the vendor accepts, as in `"$more": { "parentId": "f_1" }`. They are kept apart from the documented
 * fields, so that a misspelt field is still refused.
 */
export const moreName = "$more";

/** The undocumented fields of an input; undefined if it has none. */
export function moreOf(input: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const more = input[moreName];
  return isObject(more) && Object.keys(more).length > 0 ? more : undefined;
}

/** Whether an operation accepts undocumented fields. A recipe declares it; an operation whose whole request is written by hand does not need them. */
export const takesMore = (operation: Operation): boolean =>
  operation.recipe ? operation.passesMore === true : !takesAnyAddress(operation);

/** Undocumented fields go into the body of a write, and into the query of a request without a body. */
export function placeOfMore({ method, input }: Operation): "body" | "query" {
  if (input.some((field) => field.in === "body")) return "body";
  return method === "GET" || method === "DELETE" ? "query" : "body";
}

/** The note on an undocumented field in a dry run. */
export const undocumentedBy = (app: string): string => `not documented by ${app}: may be ignored or refused`;

const mostMembers = 50;
const mostCharacters = 100_000;
const deepest = 10;
const memberName = /^(?!__proto__$|_method$)[a-z_][\w-]{0,99}$/i;
/** What says where a request goes, as whom, or as what: it comes from the connection and the operation. Without case and marks. */
const ownNames = new Set([
  "locationid",
  "locationids",
  "subaccountid",
  "subaccountids",
  "companyid",
  "companyids",
  "agencyid",
  "altid",
  "altids",
  "alttype",
  "xhttpmethodoverride",
  "xmethodoverride",
  "xhttpmethod",
  "xmethod",
  "authorization",
  "accesstoken",
  "apikey",
  "token",
  "tokenid",
  "bearer",
]);

/** What is wrong with the undocumented fields of an input, as the end of "$more: …"; null if nothing is. */
export function moreProblem(operation: Operation, more: unknown): string | null {
  if (!takesMore(operation)) return refusal(operation);
  if (!isObject(more)) return "must be an object of further members, by name";
  const names = Object.keys(more);
  if (names.length > mostMembers) return `has ${names.length} members; at most ${mostMembers} are allowed`;
  for (const name of names) {
    const problem = nameProblem(operation, name);
    if (problem !== null) return problem;
  }
  if (sizeUpTo(more, mostCharacters) > mostCharacters) return `is too large: at most ${mostCharacters} characters`;
  return deeperThan(more, deepest) ? `is nested deeper than ${deepest} objects or lists` : null;
}

const refusal = ({ title, recipe }: Operation): string =>
  recipe
    ? `cannot be sent with ${title}, which makes several calls`
    : `is not needed with ${title}: write the members into the body or the query`;

/** A field that is described keeps its checks, and what says where a request goes is not for a step to change. */
export function nameProblem({ title, input }: Pick<Operation, "title" | "input">, name: string): string | null {
  if (!memberName.test(name))
    return `has a member '${cutText(name, 60)}'; a name begins with a letter and goes on with letters, digits, - and _ (100 at most)`;
  const plain = plainName(name);
  const field = input.find((one) => namesOf(one).some((each) => plainName(each) === plain));
  if (field && !field.fill) return `cannot contain '${name}', which is a field of ${title}: write it as '${field.name}' beside $more`;
  const namesRecord = plain === "id" && input.some((one) => one.in === "path");
  return field || namesRecord || ownNames.has(plain)
    ? `cannot contain '${name}': the connection and the operation decide where a call goes`
    : null;
}

/** How a field is called, here and on the wire; one that is the whole body has its members' names as well. */
const namesOf = ({ name, wire, in: place, schema }: InputField): string[] =>
  wire === "" ? [name, ...(place === "body" ? Object.keys(schema.properties ?? {}) : [])] : [name, wire ?? name];
const plainName = (name: string): string => name.replace(/[^A-Za-z0-9]/g, "").toLowerCase();

/**
 * The further members as they are sent. They follow the rule of the fields: what is missing is left out, and where records are changed nothing is blanked
 * that the step does not empty in so many words.
 */
export function fitMore(more: unknown, changes: boolean, { emptied }: { emptied?: ReadonlySet<string> }): unknown {
  if (!isObject(more)) return more ?? undefined;
  const kept: [string, unknown][] = [];
  for (const [name, value] of Object.entries(more)) {
    const isWish = emptied?.has(pointer(pointer("", moreName), name)) ?? value === null;
    if (isWish && (value === null || isEmptyMark(value))) kept.push([name, null]);
    else if (value !== undefined && value !== null && !(changes && isBlank(value))) kept.push([name, value]);
  }
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

const isBlank = (value: unknown): boolean =>
  typeof value === "string" ? isBlankText(value) : Array.isArray(value) && value.every((item) => item === null || isBlank(item));
