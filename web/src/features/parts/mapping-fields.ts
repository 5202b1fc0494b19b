/** What a mapping template makes of a step's fields. Pure. */
import { languageWords } from "#engine/mapping/reserved-names.ts";
import { namesIn } from "../flow-editor/document/references.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** `all`: the template's fields replace those of the step. `empty`: only fields are filled that the step does not fill. */
export type ApplyMode = "all" | "empty";

/** A field that a template fills, before and after. */
export interface AppliedField {
  name: string;
  before: unknown;
  after: unknown;
  /** Whether it stays as it is: it is filled already, or says the same. */
  stays: boolean;
  /** Names that its texts read and this step cannot: they come from another flow. */
  unknown: string[];
}

const isUnfilled = (value: unknown): boolean => value === undefined || value === null || value === "";

/** Field by field, what a template would change. `visible`: the names that the step's templates can read; without it none is missed. */
export function appliedFields(input: Fields, template: Fields, mode: ApplyMode, visible?: ReadonlySet<string>): AppliedField[] {
  return Object.entries(template).map(([name, after]) => {
    const before = input[name];
    const stays = (mode === "empty" && !isUnfilled(before)) || JSON.stringify(before) === JSON.stringify(after);
    return { name, before, after, stays, unknown: visible ? rootsIn(after).filter((root) => !visible.has(root)) : [] };
  });
}

/** The step's fields with the template's. Fields that the template does not name stay. */
export function applyMapping(input: Fields, template: Fields, mode: ApplyMode): Record<string, unknown> {
  const after = appliedFields(input, template, mode).filter(({ stays }) => !stays);
  return { ...input, ...Object.fromEntries(after.map(({ name, after: value }) => [name, value])) };
}

const words: ReadonlySet<string> = new Set(languageWords);

/** The names at the beginning of what the outputs of a value read: `trigger`, a step's id. Tags have variables of their own and are left alone. */
export function rootsIn(value: unknown): string[] {
  const texts = textsIn(value).filter((text) => !text.includes("{%"));
  return [...new Set(texts.flatMap((text) => [...namesIn(text)]))].filter((name) => !words.has(name));
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** A field's value as people read it: a list of texts has commas. */
export const shownText = (value: unknown): string =>
  Array.isArray(value) && value.every((item) => typeof item === "string") ? value.join(", ") : fieldText(value);

/** A field's value as it is edited. */
export const fieldText = (value: unknown): string => (value === undefined ? "" : typeof value === "string" ? value : JSON.stringify(value));

/** What became of a mapping template that was saved; it stays the version `before` where it says the same. */
export const savedWords = ({ title, version }: { title: string; version: number }, before: number): string =>
  version === before ? `Nothing was changed: ${title} is version ${version} as before` : `${title} is now version ${version}`;
