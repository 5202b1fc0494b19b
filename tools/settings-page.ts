// Writes docs/settings.md from the settings' own descriptions. `tsx tools/settings-page.ts`
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { packageRoot } from "#kernel/root.ts";
import { laterSettings, listenSettings, operationsSettings, securitySettings } from "#server/settings.ts";

const chapters = {
  "Where it lives": listenSettings,
  "Keys and doors": securitySettings,
  Housekeeping: operationsSettings,
  "Not yet": laterSettings,
};

const defaultOf = (schema: z.ZodType): string => {
  const read = schema.safeParse(undefined);
  if (!read.success || read.data === undefined || (Array.isArray(read.data) && read.data.length === 0)) return "–";
  return `\`${String(read.data)}\``;
};
const row = ([name, schema]: [string, z.ZodType]) => `| \`${name}\` | ${defaultOf(schema)} | ${schema.description} |`;
const chapter = ([title, schema]: [string, z.ZodObject]) =>
  `## ${title}\n\n| Variable | Default | Meaning |\n|---|---|---|\n${Object.entries(schema.shape as Record<string, z.ZodType>)
    .map(row)
    .join("\n")}\n`;

const page = `# Settings\n\nMillrace reads its settings once, at start, from the environment. Faults are told all together. An empty variable counts as unset.\nThis page is written from the code by \`npx tsx tools/settings-page.ts\`.\n\n${Object.entries(chapters).map(chapter).join("\n")}`;
writeFileSync(join(packageRoot(), "docs/settings.md"), page);
