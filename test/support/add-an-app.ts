import { readFileSync } from "node:fs";
import type { z } from "zod";
import type { appDefinition } from "#api/schemas.ts";

/** docs/add-an-app.md, as a reader finds it. */
export const addAnAppPage = readFileSync(new URL("../../docs/add-an-app.md", import.meta.url), "utf8");

/** The page's block that is to be saved under this name. */
export function savedAs(name: string): string {
  const block = new RegExp(`^\`\`\`\\w+ ${name.replaceAll(".", "\\.")}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(addAnAppPage);
  if (!block) throw new Error(`docs/add-an-app.md has no block ${name}`);
  return block[1]!;
}

/** The page's definition of a helpdesk, for one that is really somewhere. */
export const helpdeskDefinition = (origin: string): z.input<typeof appDefinition> =>
  JSON.parse(savedAs("helpdesk.json").replaceAll("https://helpdesk.example.com", origin)) as z.input<typeof appDefinition>;
