import { isTemplate } from "../is-template.ts";
import { expressionWords } from "./expressions.ts";
import { templateParts } from "./parts.ts";
import type { SourceNames } from "./paths.ts";

/** A text with templates within a sentence: "the e-mail in lower case", "'Call [the first name]'". What cannot be said in words stays as it is written. */
export function templateWords(text: string, names: SourceNames): string {
  const parts = isTemplate(text) ? templateParts(text) : [];
  const [only] = parts;
  if (parts.length === 1 && only?.kind === "value") return expressionWords(only.expression, names);
  if (parts.length === 0 || parts.some(({ kind }) => kind === "tag")) return `'${text}'`;
  return `'${parts.map((part) => (part.kind === "value" ? `[${expressionWords(part.expression, names)}]` : part.text)).join("")}'`;
}
