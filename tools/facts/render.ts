import { newerId, type IndexLine, type ModuleFacts } from "../../src/apps/highlevel/facts.ts";
import { renames } from "../../src/apps/highlevel/renames.ts";

/** The files of the facts folder, name -> text. The same documents always give the same bytes. */
export function renderFacts(modules: readonly ModuleFacts[], newer: readonly ModuleFacts[]): Map<string, string> {
  const pairs = new Set(newer.flatMap((m) => m.endpoints.map((e) => e.key)));
  const inNewer = (key: string) => pairs.has(newerId(key)) || key in renames;
  const lines = modules.flatMap((m) => m.endpoints.map((e) => ({ ...indexLine(e), ...(inNewer(e.key) ? { newer: true as const } : {}) })));
  return new Map([
    ...modules.map((m) => [`${m.module}.json`, renderModule(m)] as const),
    ...newer.map((m) => [`v3/${m.module}.json`, renderModule(m)] as const),
    ["index.json", `${list(lines, "")}\n`],
    [
      "v3/index.json",
      `${list(
        newer.flatMap((m) => m.endpoints.map(indexLine)),
        "",
      )}\n`,
    ],
    ["keys.ts", renderKeys(lines.map((l) => l.key))],
  ]);
}

/** One line an endpoint and one a definition: compact, and still a diff that can be reviewed. */
function renderModule({ module, endpoints, $defs }: ModuleFacts): string {
  const definitions = Object.entries($defs).map(([name, schema]) => `    ${JSON.stringify(name)}: ${JSON.stringify(schema)}`);
  const defs = definitions.length ? `{\n${definitions.join(",\n")}\n  }` : "{}";
  return `{\n  "module": ${JSON.stringify(module)},\n  "endpoints": ${list(endpoints, "  ")},\n  "$defs": ${defs}\n}\n`;
}

const list = (rows: readonly unknown[], indent: string): string =>
  `[\n${rows.map((row) => `${indent}  ${JSON.stringify(row)}`).join(",\n")}\n${indent}]`;

function indexLine({ key, method, path, version, scopes, access, deprecated }: ModuleFacts["endpoints"][number]): IndexLine {
  return { key, method, path, ...(version ? { version } : {}), scopes, access, ...(deprecated ? { deprecated } : {}) };
}

function renderKeys(keys: readonly string[]): string {
  const union = keys.map((key) => `  | ${JSON.stringify(key)}`).join("\n");
  return `// Written by \`npm run facts\`. Do not edit.\n\n/** Every endpoint there are facts of. */\nexport type EndpointKey =\n${union};\n`;
}
