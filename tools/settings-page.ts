// Writes docs/settings.md from the settings' own descriptions. `npm run docs`
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { packageRoot } from "#kernel/root.ts";
import { addressSettings } from "#cli/address.ts";
import {
  consentSettings,
  doorSettings,
  laterSettings,
  listenSettings,
  operationsSettings,
  securitySettings,
  storeSettings,
} from "#server/start/settings.ts";

const { MILLRACE_URL, MILLRACE_API_KEY } = addressSettings.shape;
const chapters: Record<string, Record<string, z.ZodType>> = {
  "Where it lives": listenSettings.shape,
  "Keys and doors": { ...securitySettings.shape, ...doorSettings.shape },
  "The store": storeSettings.shape,
  "Logins at an app's page": consentSettings.shape,
  Housekeeping: operationsSettings.shape,
  "The millrace command": { MILLRACE_URL, MILLRACE_API_KEY },
  "Not yet": laterSettings.shape,
};

export const settingsFile = join(packageRoot(), "docs/settings.md");

/** The reference page of all settings. */
export function settingsPage(): string {
  const chapter = ([title, settings]: [string, Record<string, z.ZodType>]) =>
    `## ${title}\n\n| Variable | Default | Meaning |\n|---|---|---|\n${Object.entries(settings).map(row).join("\n")}\n`;
  return `${opening}\n${Object.entries(chapters).map(chapter).join("\n")}`;
}

const opening = `# Settings

Millrace reads its settings once, at start, from the environment. Faults are told all together. An empty variable counts as unset.
This page is written from the code by \`npm run docs\`.
`;

const row = ([name, schema]: [string, z.ZodType]) => `| \`${name}\` | ${defaultOf(schema)} | ${schema.description} |`;

function defaultOf(schema: z.ZodType): string {
  const read = schema.safeParse(undefined);
  if (!read.success || read.data === undefined || typeof read.data === "object") return "–"; // what a list is read into: it is empty
  return `\`${String(read.data)}\``;
}

if (process.argv[1]?.endsWith("settings-page.ts")) writeFileSync(settingsFile, settingsPage());
