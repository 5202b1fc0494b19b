/** Pure: rules and mapping templates as people read them. */
import type { MappingDetail, MappingView, PartImportReply, RuleDetail, RuleView, TryRuleReply } from "#api/schemas.ts";
import { facts, table } from "../table.ts";
import { ago, brief, clean, count, paint, type Paper } from "../text.ts";

const kindWords: Record<RuleView["kind"], string> = {
  table: "look-up table",
  conditions: "conditions",
  format: "format",
  segment: "segment",
  script: "script",
};

export function ruleTable(rules: readonly RuleView[], paper: Paper): string {
  if (rules.length === 0) return "There is no rule yet. Make one: millrace rule put score-tag rule.json";
  return table(
    rules,
    [
      { title: "rule", value: (rule) => rule.name },
      { title: "kind", value: (rule) => kindWords[rule.kind] },
      { title: "rows", value: (rule) => (rule.rows === 0 ? "" : String(rule.rows)) },
      { title: "flows", value: (rule) => String(rule.flows) },
      { title: "version", value: (rule) => `v${rule.version}` },
      { title: "title", value: (rule) => rule.title },
    ],
    paper,
  );
}

export function mappingTable(mappings: readonly MappingView[], paper: Paper): string {
  if (mappings.length === 0) return "There is no mapping template yet. Save one from a step in the editor, or put one from a file";
  return table(
    mappings,
    [
      { title: "mapping", value: (one) => one.name },
      { title: "operation", value: (one) => `${one.app} ${one.operation}` },
      { title: "fields", value: (one) => String(one.fields.length) },
      { title: "version", value: (one) => `v${one.version}` },
      { title: "title", value: (one) => one.title },
    ],
    paper,
  );
}

export function partPage(part: RuleDetail | MappingDetail, paper: Paper): string {
  const { definition } = part;
  const lines = facts(
    [
      ["Name", part.name],
      ["About", part.description],
      ["Kind", "kind" in definition ? kindWords[definition.kind] : null],
      ["Operation", "input" in definition ? `${definition.app} ${definition.operation}` : null],
      ["Version", `v${part.version}, saved ${ago(paper, part.updatedAt)}`],
      ["Used by", part.usedBy.map(({ name, published }) => `${name}${published ? "" : " (draft)"}`).join(", ") || "no flow"],
      ["In mappings", "mappings" in part ? part.mappings.map(({ title }) => title).join(", ") : null],
    ],
    paper,
  );
  return [paint(paper, "bold", clean(part.title)), lines, "", ...contentLines(definition)].join("\n");
}

function contentLines(definition: RuleDetail["definition"] | MappingDetail["definition"]): string[] {
  if ("input" in definition) return Object.entries(definition.input).map(([field, value]) => clean(`${field}: ${brief(value)}`));
  if (definition.kind === "format") return [clean(definition.filters)];
  if (definition.kind === "segment") return [clean(`in it: ${definition.if}`)];
  if (definition.kind === "script") return definition.code.split("\n").map((line) => clean(line));
  const rows =
    definition.kind === "table"
      ? definition.rows.map(({ from, to }) => clean(`${from === "" ? "(nothing)" : from} → ${brief(to)}`))
      : definition.rows.map((row) => clean(`${row.if} → ${brief(row.to)}`));
  const { otherwise } = definition;
  const others = {
    keep: "all others: kept as they are",
    missing: "all others: left out",
    fail: "all others: the run stops",
  };
  return [...rows, typeof otherwise === "string" ? others[otherwise] : clean(`all others → ${brief(otherwise.value)}`)];
}

export const triedTable = (values: readonly string[], results: TryRuleReply["results"], paper: Paper): string =>
  table(
    results.map((result, i) => ({ ...result, tried: values[i] ?? "" })),
    [
      { title: "value", value: ({ tried }) => tried },
      {
        title: "gives",
        value: ({ value, missing, problem }) => problem ?? (missing ? "nothing: the field is left out" : brief(value)),
        style: ({ problem }) => (problem === null ? undefined : "red"),
      },
    ],
    paper,
  );

export const versionTable = (versions: readonly { version: number; at: number; by: string | null }[], paper: Paper): string =>
  table(
    versions,
    [
      { title: "version", value: ({ version }) => `v${version}` },
      { title: "saved", value: ({ at }) => ago(paper, at) },
      { title: "by", value: ({ by }) => by ?? "Millrace" },
    ],
    paper,
  );

const words = { rule: "rule", mapping: "mapping template" } as const;
const didWords: Record<PartImportReply["parts"][number]["did"], string> = {
  created: "added",
  same: "was the same already",
  kept: "kept as it is here",
  replaced: "replaced",
};

export const importLines = (parts: PartImportReply["parts"]): string =>
  parts.length === 0
    ? "The file holds no rule and no mapping template."
    : `${count(parts.length, "part")}:\n${parts.map(({ kind, name, did }) => clean(`  ${words[kind]} ${name}: ${didWords[did]}`)).join("\n")}`;
