import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { findField } from "../../data/sources.ts";
import type { PlaceData, SourceField } from "../../data/types.ts";

/** What a script can read where it stands: the data of its place, and the names of its own input. */
export interface ScriptWords {
  data: PlaceData;
  input: readonly string[];
}

const path = /[A-Za-z_$][\w$]*(?:\??\.[\w$]*)*$/;
const identifier = /^[A-Za-z_$][\w$]*$/;

/** Completes names, and after a dot the fields that are known from samples and the catalog. */
export const completeScript =
  (words: () => ScriptWords) =>
  (context: CompletionContext): CompletionResult | null => {
    const before = context.matchBefore(path);
    if (!before && !context.explicit) return null;
    const text = before?.text ?? "";
    const dot = text.lastIndexOf(".");
    const from = context.pos - (text.length - dot - 1);
    const options = dot < 0 ? rootsOf(words()) : fieldsOf(words(), text.slice(0, dot).replaceAll("?", ""));
    return options.length === 0 ? null : { from, options, validFor: /^[\w$]*$/ };
  };

function rootsOf({ data, input }: ScriptWords): Completion[] {
  const sources = data.sources.filter(({ kind, name }) => kind !== "flow" && identifier.test(name));
  return [
    ...sources.map(({ name, title }): Completion => ({ label: name, detail: title, type: "variable", boost: 2 })),
    ...(input.length > 0 ? [{ label: "input", detail: "The step's own input", type: "variable", boost: 2 }] : []),
    { label: "steps", detail: "Everything, by name", type: "variable" },
    { label: "now", detail: "When the event came, as a text", type: "variable" },
    { label: "uuid", apply: "uuid()", detail: "An id, the same in a replay", type: "function" },
    { label: "console", apply: "console.log()", detail: "A line kept with the step", type: "function" },
    { label: "return", type: "keyword" },
  ];
}

function fieldsOf({ data, input }: ScriptWords, of: string): Completion[] {
  if (of === "input") return input.filter((name) => identifier.test(name)).map((label) => ({ label, type: "property" }));
  if (of === "steps") return rootsOf({ data, input: [] }).filter(({ boost }) => boost !== undefined);
  const root = of.replace(/^steps\./, "");
  const fields = data.sources.find(({ name }) => name === root)?.fields ?? findField(data.sources, root)?.fields ?? [];
  return fields.flatMap((field) => memberOf(field, root));
}

/** A field as a member; none where its name is no word of JavaScript. */
function memberOf({ path: whole, label, type }: SourceField, of: string): Completion[] {
  const name = whole.startsWith(`${of}.`) ? whole.slice(of.length + 1) : "";
  return identifier.test(name) && !name.startsWith("_")
    ? [{ label: name, detail: label === name ? type : `${label}, ${type}`, type: "property" }]
    : [];
}
