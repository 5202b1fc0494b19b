import type { IndexLine, ModuleFacts } from "../../src/apps/highlevel/facts.ts";

/** The files of the facts folder, name -> text. The same documents always give the same bytes. */
export function renderFacts(modules: readonly ModuleFacts[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const module of modules) files.set(`${module.module}.json`, renderModule(module));
  const lines = modules.flatMap((m) => m.endpoints.map(indexLine));
  files.set("index.json", `${list(lines, "")}\n`);
  files.set("keys.ts", renderKeys(lines.map((l) => l.key)));
  return files;
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
