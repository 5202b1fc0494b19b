/** Pure: the catalog as people read it. */
import type { CatalogEntry } from "#api/schemas.ts";
import { facts, table } from "../table.ts";
import { brief, clean, count, json, paint, type Paper } from "../text.ts";

interface Input {
  name: string;
  required: boolean;
  filled: boolean;
  type: string;
  help: string;
}

/** One line each. Inputs that must be given carry a star; those that Millrace fills in are left out. */
export function catalogTable(entries: readonly CatalogEntry[], paper: Paper): string {
  if (entries.length === 0) return "Nothing matches. To see everything: millrace catalog";
  const lines = table(
    entries,
    [
      { title: "key", value: (e) => e.key },
      { title: "app", value: (e) => e.app },
      { title: "kind", value: (e) => e.kind },
      { title: "title", value: (e) => e.title },
      { title: "method", value: (e) => e.method ?? "" },
      { title: "path", value: (e) => e.path ?? "" },
      { title: "version", value: (e) => e.version ?? "" },
      { title: "scopes", value: (e) => e.scopes.join(" ") },
      {
        title: "inputs",
        value: (e) =>
          asked(e)
            .map(({ name, required }) => (required ? `${name}*` : name))
            .join(" "),
      },
    ],
    paper,
  );
  return `${lines}\n${count(entries.length, "entry", "entries")}. One of them with its inputs: millrace catalog KEY`;
}

export function catalogPage(entry: CatalogEntry, paper: Paper): string {
  const lines = facts(
    [
      ["Key", entry.key],
      ["App", entry.app],
      ["Kind", entry.kind],
      ["Effect", entry.effect],
      ["Request", entry.method === null ? null : `${entry.method} ${entry.path ?? ""}`],
      ["Version", entry.version],
      ["Newer", entry.newer],
      [entry.scopesLikely ? "Scopes (likely)" : "Scopes", entry.scopes.join(", ")],
      ["Note", entry.note],
      ["Remark", entry.deprecated ? "deprecated by its app" : null],
    ],
    paper,
  );
  const inputs = asked(entry);
  const fields =
    inputs.length === 0
      ? "It takes no input."
      : table(
          inputs,
          [
            { title: "input", value: ({ name, required }) => (required ? `${name}*` : name) },
            { title: "type", value: ({ type }) => type },
            { title: "", value: ({ help }) => help },
          ],
          paper,
        );
  const example = entry.example === undefined ? "" : `\n\nExample\n${json(entry.example)}`;
  return `${paint(paper, "bold", clean(entry.title))}\n${lines}\n\n${fields}${example}`;
}

const asked = ({ inputs }: CatalogEntry): Input[] => inputs.map(toInput).filter(({ filled }) => !filled);

function toInput({ name, required, fill, schema, help, label }: CatalogEntry["inputs"][number]): Input {
  return {
    name,
    required: required === true,
    filled: fill !== undefined,
    type: typeOf(schema),
    help: brief(help ?? label ?? ""),
  };
}

function typeOf({ type, enum: choices }: CatalogEntry["inputs"][number]["schema"]): string {
  if (choices) return choices.map((choice) => brief(choice)).join(" | ");
  return Array.isArray(type) ? type.join(" or ") : (type ?? "anything");
}
