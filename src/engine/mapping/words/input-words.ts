import { moreName } from "#catalog/more.ts";
import { cutText } from "#kernel/characters.ts";
import { fieldWords } from "#kernel/field-words.ts";
import { isObject } from "#kernel/json.ts";
import { capital, listed, lowerFirst } from "#kernel/words.ts";
import { isTemplate } from "../is-template.ts";
import { expressionWords } from "./expressions.ts";
import { readPath, templateParts } from "./parts.ts";
import type { SourceNames } from "./paths.ts";

/** Pure: what an operation is filled with, in words and without ids, for a line on the card of a step. */

/** What the words need of a field of an operation. */
export interface WordedField {
  name: string;
  label?: string | undefined;
  in?: string | undefined;
  text?: string | undefined;
}
/** What the words need of an operation. */
export interface WordedOperation {
  title: string;
  effect: string | null;
  inputs: readonly WordedField[];
}

const identifying = ["email", "phone"];

/** By what the operation looks for a record: `["email"]`; empty where that is not what it does. */
export function searchedBy({ effect, title, inputs }: WordedOperation, input: unknown): string[] {
  if (!isObject(input) || !(effect === "upsert" || /^find\b/i.test(title))) return [];
  return identifying.filter((name) => !isNothing(input[name]) && inputs.some((field) => field.name === name));
}

const sets = new Set(["create", "update", "upsert"]);
const mostFields = 4;

/** "For the contact of step 2: title “Call [first name]” and due in 1 day", "Sets first name and tag lead"; empty where nothing is filled in. */
export function inputWords(operation: WordedOperation, input: unknown, names: SourceNames): string {
  if (!isObject(input)) return "";
  const searched = new Set(searchedBy(operation, input));
  const filled = Object.entries(input)
    .filter(([name, value]) => !isNothing(value) && !searched.has(name))
    .map(([name, value]) => ({ field: operation.inputs.find((one) => one.name === name) ?? { name }, value }))
    .filter(({ field }) => field.text !== "address");
  const about = filled.filter(({ field }) => field.in === "path" || isOwner(field.name));
  const values = filled.filter((one) => !about.includes(one)).flatMap(({ field, value }) => fieldsWords(field, value, names));
  if (about.length === 0) return capital(`${sets.has(operation.effect ?? "") && values.length > 0 ? "sets " : ""}${shortList(values)}`);
  const owners = `For ${listed(about.map(({ field, value }) => ownerWords(field, value, names)))}`;
  return values.length === 0 ? owners : `${owners}: ${shortList(values)}`;
}

const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === "string" && value.trim() === "") ||
  (typeof value === "object" && Object.keys(value).length === 0);

/** A field that says whose record it is. */
const isOwner = (name: string): boolean => name === "contactId" || name === "opportunityId";

/** "the contact of step 2"; a fixed id says no more than that somebody chose one. */
function ownerWords(field: WordedField, value: unknown, names: SourceNames): string {
  const label = labelWords(field);
  const [source] = (typeof value === "string" && isTemplate(value) && onlyPath(value)) || [];
  if (typeof source !== "string") return `the chosen ${label}`;
  return `the ${label} of ${source === "trigger" ? "the event" : source === "item" ? "the item" : (names(source) ?? `'${source}'`)}`;
}

function onlyPath(template: string) {
  const parts = templateParts(template);
  return parts.length === 1 && parts[0]?.kind === "value" ? readPath(parts[0].expression.split("|")[0]!.trim()) : null;
}

/** A field with its value; one that holds fields of its own is said by these. */
function fieldsWords(field: WordedField, value: unknown, names: SourceNames): string[] {
  if (field.name === moreName) return ["further fields"];
  if (field.name === "customFields" && isObject(value))
    return Object.entries(value).map(([name, one]) => (looksLikeId(name) ? "a custom field" : valued(customLabel(name), one, names)));
  return [valued(labelWords(field), value, names)];
}

/** A custom field by its name, or by its key: `contact.lead_score` is "lead score". */
const customLabel = (name: string): string => (/^\w+\.\w+$/.test(name) ? fieldWords(name.replace(/^\w+\./, "")) : name);

/** "tag promoter", "first name", "company from the organisation", "title “Call [first name]”". */
function valued(label: string, value: unknown, names: SourceNames): string {
  if (Array.isArray(value)) return listValued(label, value, names);
  if (typeof value === "boolean") return `${label}: ${value ? "yes" : "no"}`;
  if (typeof value === "number") return `${label} ${value}`;
  if (typeof value !== "string") return label;
  if (!isTemplate(value)) return looksLikeId(value) ? label : `${label} ${fixedWords(value)}`;
  const parts = templateParts(value);
  if (parts.some(({ kind }) => kind === "tag")) return label;
  const [only] = parts;
  if (parts.length === 1 && only?.kind === "value") return `${label}${sourceWords(label, expressionWords(only.expression, names))}`;
  const said = parts.map((part) => (part.kind === "value" ? `[${bare(expressionWords(part.expression, names))}]` : part.text)).join("");
  return isCode(said) ? label : `${label} ${fixedWords(said)}`;
}

function listValued(label: string, values: readonly unknown[], names: SourceNames): string {
  const filters = values.map((one) => searchFilterWords(one, names));
  if (filters.length > 0 && filters.every((words) => words !== null)) return `where ${shortList(filters)}`;
  const texts = values.map((one) => (typeof one === "string" ? itemWords(one, names) : null));
  if (texts.some((text) => text === null)) return label;
  return `${texts.length === 1 ? label.replace(/s$/, "") : label} ${shortList(texts as string[])}`;
}

const comparisons: Readonly<Record<string, string>> = {
  eq: "is",
  not_eq: "is not",
  contains: "contains",
  not_contains: "does not contain",
};

/** "tags contain vip": one filter of a search; null for what is none, or has no words. */
function searchFilterWords(filter: unknown, names: SourceNames): string | null {
  if (!isObject(filter)) return null;
  const { field, operator, value } = filter;
  if (typeof field !== "string" || typeof operator !== "string" || looksLikeId(field)) return null;
  const name = fieldWords(field);
  if (operator === "exists" || operator === "not_exists") return `${name} ${operator === "exists" ? "has a value" : "has no value"}`;
  const [only, ...others] = Array.isArray(value) ? (value as unknown[]) : [value];
  const verb = field === "tags" && operator === "contains" ? "contain" : comparisons[operator];
  const words = typeof only === "string" ? itemWords(only, names) : typeof only === "number" ? String(only) : null;
  return verb === undefined || words === null || others.length > 0 ? null : `${name} ${verb} ${words}`;
}

function itemWords(text: string, names: SourceNames): string | null {
  if (!isTemplate(text)) return looksLikeId(text) ? null : shortened(text);
  const [only, ...others] = templateParts(text);
  if (only?.kind !== "value" || others.length > 0) return null;
  const words = expressionWords(only.expression, names);
  return isCode(words) ? null : words;
}

/** " from the organisation"; nothing where the label says it already, or where there are no words for it. */
function sourceWords(label: string, words: string): string {
  if (isCode(words) || words.toLowerCase().includes(label.toLowerCase())) return "";
  const later = /^now plus (.+)$/.exec(words);
  if (later) return ` in ${shortened(later[1]!)}`;
  return /^(?:now\b|['\d])/.test(words) ? ` ${shortened(words)}` : ` from ${shortened(words)}`;
}

const longestFixed = 40;
const shortened = (text: string): string => (text.length <= longestFixed ? text : `${cutText(text, longestFixed - 1).trimEnd()}…`);

/** A single word by itself, a text in quotes. */
function fixedWords(text: string): string {
  const short = shortened(text.replace(/\s+/g, " ").trim());
  return /^[\p{L}\p{N}_-]+$/u.test(short) ? short : `“${short}”`;
}

const bare = (words: string): string => words.replace(/^the /, "");
const isCode = (words: string): boolean => /[{}|]/.test(words);
/** Letters and digits mixed, as no name has them. */
const looksLikeId = (text: string): boolean => /^(?=.*\d)(?=.*[a-z])[\w-]{12,}$/i.test(text);

/** The label within a sentence: "Contact" is "contact", "NPS" stays. */
function labelWords({ name, label }: WordedField): string {
  const words = label ?? fieldWords(name.replace(/([a-z])Ids?$/, "$1"));
  return /^[A-Z][A-Z]/.test(words) ? words : lowerFirst(words);
}

function shortList(words: readonly string[]): string {
  if (words.length <= mostFields) return listed(words);
  const more = words.length - mostFields + 1;
  return `${words.slice(0, mostFields - 1).join(", ")} and ${more} more`;
}
