import { parseJson } from "#kernel/exact-json.ts";
import { MillraceError } from "#kernel/errors.ts";
import { isObject, type Json } from "#kernel/json.ts";
import { yesOrNo } from "#kernel/yes-no.ts";
import { compileOperation } from "./compile.ts";
import { countryCode } from "./countries.ts";
import { emptyMark, isEmptyMark, pointer } from "./empty.ts";
import { splitAddresses, splitList, splitUrls } from "./lists.ts";
import { fitMore, moreName } from "./more.ts";
import { readNumber } from "./numbers.ts";
import { internationalPhone, plainEmail } from "./people.ts";
import { fold, isBlankText, textOf } from "./text.ts";
import { fitTime, isTimeFormat } from "./times.ts";
import type { InputField, JsonSchema, JsonType, Operation } from "./types.ts";

/** What the values of an input mean where they do not say so themselves. */
export interface FitSettings {
  /** The moment that `now` means; by this machine's clock when absent. */
  now?: number;
  /** In which zone a time is meant that names none. */
  zone?: string;
  /** The country of a phone number that names none, in two letters. */
  country?: string;
  /** JSON pointers of what is emptied on purpose. Where it is set, a `null` elsewhere is what a mapping gave, and counts as missing. */
  emptied?: ReadonlySet<string>;
  /** The fields that the step has something for, whether or not a value comes of it. */
  written?: readonly string[];
  /** Takes a sentence about what a value had and its field cannot keep. */
  note?: (sentence: string) => void;
  /** Called when a zone or a country would have made a difference and none is set. */
  lacks?: (what: "zone" | "country") => void;
}

/**
 * Values as the operation's types want them, where nothing is lost by it: "9" for a number, "yes" for a checkbox, "vip, dentist" for tags, a time
 * for a date field. What is empty counts as not given, a list as well as a text: it is what a mapping gives whose source is missing, and must
 * blank nothing. Who means to empty a field says so (`emptied`). Gives `input` itself back when it fits already.
 */
export function fitInput(operation: Operation, input: Record<string, unknown>, settings: FitSettings = {}): Record<string, unknown> {
  const { fields } = compileOperation(operation);
  let fitted: Record<string, unknown> | undefined;
  for (const name in input) {
    const slot = fields.get(name);
    if (!slot) continue;
    const value = input[name];
    const at = pointer("", name);
    const fit = settings.emptied?.has(at) ? emptied(operation, slot.field, value) : fitField(operation, slot.field, value, at, settings);
    if (fit !== value) (fitted ??= { ...input })[name] = fit;
  }
  const more = input[moreName];
  const fitMembers = more === undefined ? undefined : fitMore(more, isChange(operation), settings);
  return more === fitMembers ? (fitted ?? input) : { ...(fitted ?? input), [moreName]: fitMembers };
}

/** Whether a step may say that a field is emptied. In a new record there is nothing to empty (`void`). */
export function canEmpty(operation: Operation, { schema, in: place, control }: InputField): "yes" | "no" | "void" {
  if (control === "customFields") return "no"; // each of them may be, by its name
  if (schema.type === undefined || allows(schema, "null")) return "yes";
  if (operation.effect !== "update" && operation.effect !== "upsert") return "void";
  return place === "body" && blankOf(schema) !== undefined ? "yes" : "no";
}

/** What empties a field on the wire; a recipe leaves it to the calls it makes. */
function emptied(operation: Operation, field: InputField, value: unknown): unknown {
  const { schema, name, control } = field;
  const nullable = schema.type === undefined || allows(schema, "null");
  if (value === null) return nullable ? null : undefined;
  const may = canEmpty(operation, field);
  if (may === "void") return undefined;
  if (may === "yes") return operation.recipe ? emptyMark : nullable ? null : blankOf(schema);
  const problem =
    control === "customFields"
      ? 'cannot be emptied as a whole; name the fields to empty, as in {"Interests": {"$empty": true}}'
      : `cannot be emptied: ${operation.title} takes no empty value here`;
  throw new MillraceError("STEP_INPUT_INVALID", { details: { field: name, problem, outcome: "not_sent" } });
}

function blankOf(schema: JsonSchema): unknown {
  if (allows(schema, "null")) return null;
  if (schema.type === "array") return [];
  return schema.type === "string" && !schema.enum && !isTimeFormat(schema.format) ? "" : undefined;
}

function fitField(operation: Operation, field: InputField, value: unknown, at: string, settings: FitSettings): unknown {
  if (value === undefined) return value;
  if (field.schema.type === undefined) return isChange(operation) ? filled(value) : value;
  if (value === null) return allows(field.schema, "null") && settings.emptied === undefined ? null : undefined;
  const fit = fitValue(field.schema, value, settings, field);
  if (field.control === "tags" && Array.isArray(fit))
    return fitItems(field.schema.items ?? {}, fit.map(composed), at, { ...settings, keepsBlank: !isChange(operation) });
  if (field.control === "customFields" || typeof fit !== "object") return fit;
  const inside = { ...settings, keepsBlank: !isChange(operation) };
  return field.required && isNothing(fit) ? fit : fitInside(field.schema, fit, at, inside);
}

/** é as one character or as two is one tag: HighLevel would keep both. */
const composed = (tag: unknown): unknown => (typeof tag === "string" ? tag.normalize("NFC") : tag);

/** Whether the operation writes over what is there, as far as is known: an endpoint that nobody judged goes by its method. */
const isChange = ({ effect, method }: Operation): boolean =>
  effect === "update" || effect === "upsert" || (effect === "other" && (method === "PUT" || method === "PATCH"));

/** Within a new record an empty member wipes out nothing, and may be required. */
type InsideSettings = FitSettings & { keepsBlank: boolean };

const filled = (value: unknown): unknown => (isBlank(value) ? undefined : value);
const isBlank = (value: unknown): boolean =>
  typeof value === "string" ? isBlankText(value) : Array.isArray(value) && value.every(isBlankItem);
const isBlankItem = (value: unknown): boolean => value === undefined || value === null || isBlank(value);

function fitValue(schema: JsonSchema, value: unknown, settings: FitSettings, field?: InputField): unknown {
  if (isBlank(value)) return undefined;
  if (isTimeFormat(schema.format)) return fitTime(schema.format, schema.type, value, settings);
  if (typeof value === "string") {
    if (schema.format === "country") return countryCode(value);
    if (schema.format === "email" && allows(schema, "string")) return plainEmail(value);
    if (schema.enum?.some((choice) => typeof choice === "string")) return chosen(schema.enum, value);
  }
  if (schema.format === "phone" && (typeof value === "string" || typeof value === "number"))
    return internationalPhone(textOf(value), settings);
  if (allows(schema, typeof value as JsonType)) return value;
  const type = typeof schema.type === "string" ? schema.type : schema.type?.find((t) => t !== "null");
  return type ? (fits[type]?.(value, schema, field) ?? undefined) : value;
}

/** The members and items of a value: formats are fitted and what is blank is left out, as at the top. Gives the value itself back when nothing changes. */
function fitInside(schema: JsonSchema, value: unknown, at: string, settings: InsideSettings): unknown {
  if (Array.isArray(value)) return fitItems(schema.items ?? {}, value, at, settings);
  if (isObject(value) && isEmptied(schema, value, settings)) return undefined;
  if (!isObject(value) || !schema.properties) return value;
  let fitted: Record<string, unknown> | undefined;
  for (const [name, member] of Object.entries(value)) {
    const described = schema.properties[name];
    if (!described) continue;
    const fit = fitMember(described, member, pointer(at, name), settings);
    if (fit === member || (schema.required?.includes(name) && isNothing(member))) continue;
    fitted ??= { ...value };
    if (fit === undefined) delete fitted[name];
    else fitted[name] = fit;
  }
  return fitted && Object.keys(fitted).length === 0 ? undefined : (fitted ?? value);
}

/** One that came empty. Where the operation needs an object it is sent so; one whose members were all blank is not. */
const isNothing = (value: unknown): boolean => isObject(value) && Object.keys(value).length === 0;

/** An object of which nothing came: it would overwrite what is there, or lacks what it must have. */
const isEmptied = ({ required = [] }: JsonSchema, value: object, { keepsBlank }: InsideSettings): boolean =>
  isNothing(value) && (!keepsBlank || required.length > 0);

function fitItems(schema: JsonSchema, list: readonly unknown[], at: string, settings: InsideSettings): unknown {
  let changed = false;
  const items: unknown[] = [];
  for (const [i, item] of list.entries()) {
    const isLeftOut = isBlankItem(item) && !(settings.keepsBlank && isInside(at));
    const fit = isLeftOut ? undefined : fitMember(schema, item, pointer(at, String(i)), settings);
    if (fit !== item) changed = true;
    if (fit !== undefined) items.push(fit);
  }
  if (items.length === 0 && !(settings.keepsBlank && list.length === 0)) return undefined;
  return changed ? items : list;
}

/** Whether a pointer leads further in than a field of the input. */
const isInside = (at: string): boolean => at.lastIndexOf("/") > 0;

function fitMember(schema: JsonSchema, value: unknown, at: string, settings: InsideSettings): unknown {
  if (settings.emptied?.has(at) && isEmptyMark(value)) return blankOf(schema) ?? value;
  if (value === null) return (settings.emptied?.has(at) ?? true) || schema.type === undefined ? value : undefined;
  if (schema.type === undefined) return value;
  if (isBlank(value)) return settings.keepsBlank ? value : undefined;
  const fit = isFormatted(schema) ? fitValue(schema, value, settings) : value;
  return fitInside(schema, fit, at, settings);
}

const isFormatted = ({ format }: JsonSchema): boolean =>
  isTimeFormat(format) || format === "email" || format === "phone" || format === "country";

/** A choice as it is spelt: `Won` is `won`, where no other choice differs by its case alone. */
function chosen(choices: readonly Json[], value: string): unknown {
  if (choices.includes(value)) return value;
  const meant = choices.filter((choice) => typeof choice === "string" && fold(choice) === fold(value));
  return meant.length === 1 ? meant[0] : value;
}

const allows = ({ type }: JsonSchema, wanted: JsonType): boolean =>
  typeof type === "string" ? type === wanted : (type?.includes(wanted) ?? true);

const fits: Partial<Record<JsonType, (value: unknown, schema: JsonSchema, field?: InputField) => unknown>> = {
  string: (value) => (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint" ? textOf(value) : value),
  number: toNumber,
  integer: toNumber,
  boolean: toBoolean,
  array: toList,
  object: parsed,
};

function toNumber(value: unknown): unknown {
  return typeof value === "string" || typeof value === "bigint" ? (readNumber(String(value)) ?? value) : value;
}

function toBoolean(value: unknown): unknown {
  return yesOrNo(textOf(value)) ?? value;
}

/** Text becomes a list where the list is of texts, and is read as JSON elsewhere. Names that are looked up may contain a comma: they are split there. */
function toList(value: unknown, schema: JsonSchema, field?: InputField): unknown {
  const ofTexts = schema.items?.type === "string";
  if (Array.isArray(value))
    return ofTexts && value.some((v) => typeof v === "number")
      ? value.map((v) => (typeof v === "number" ? textOf(v) : (v as unknown)))
      : value;
  if (typeof value === "number" || typeof value === "boolean") return ofTexts ? [textOf(value)] : [value];
  if (typeof value !== "string") return value;
  if (/^\s*\[/.test(value)) return parsed(value);
  if (!ofTexts) return value;
  const parts = splitText(value, schema.items!);
  if (field?.lookup?.by && !parts.every((part) => isIdOf(field, part))) return value;
  return parts.length > 0 ? parts : undefined; // "," is what two empty values joined give: not a wish for an empty list
}

/** Whether a text is what the look-up's list calls the value, and so needs no looking up. */
const isIdOf = ({ lookup }: InputField, text: string): boolean => lookup?.id !== undefined && new RegExp(lookup.id).test(text);

function splitText(text: string, { format }: JsonSchema): string[] {
  if (format === "email" || format === "phone") return splitAddresses(text);
  return /^\s*https?:\/\//i.test(text) ? splitUrls(text) : splitList(text);
}

function parsed(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return parseJson(value);
  } catch {
    return value; // checking will say what it should have been
  }
}
