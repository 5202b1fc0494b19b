import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "#kernel/root.ts";
import { generateFacts, specsFolder } from "./generate.ts";

const specs = specsFolder(process.env);
if (!specs)
  console.warn(
    "NOT CHECKED: the vendor's specifications are not here, so the committed facts were not compared with them. Set MILLRACE_SPECS to do so.",
  );

test.skipIf(!specs)("the committed facts are what the specifications and the overlay give, byte for byte", () => {
  const folder = join(packageRoot(), "src/apps/highlevel/facts");
  const stale = [...generateFacts(specs!)]
    .filter(([name, text]) => readFileSync(join(folder, name), "utf8") !== text)
    .map(([name]) => name);
  expect(stale, "run `npm run facts` and review the difference").toEqual([]);
});
