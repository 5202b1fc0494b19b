/** `npm run facts`: writes src/apps/highlevel/facts from the vendor's specifications (CC0, GoHighLevel/highlevel-api-docs). */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "#kernel/root.ts";
import { generateFacts, specsFolder } from "./facts/generate.ts";

const specs = specsFolder(process.env);
if (!specs) {
  console.error(
    "The specifications are not here. Clone GoHighLevel/highlevel-api-docs and set MILLRACE_SPECS to its folder (the one that has apps/).",
  );
  process.exit(1);
}
const target = join(packageRoot(), "src/apps/highlevel/facts");
mkdirSync(join(target, "v3"), { recursive: true });
const files = generateFacts(specs);
for (const [name, text] of files) writeFileSync(join(target, name), text);
console.log(`${files.size} files written to ${target}`);
