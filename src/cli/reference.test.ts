import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "#kernel/root.ts";
import { createProgram } from "./program.ts";
import { referencePage } from "./reference.ts";
import { createTools } from "./tools.ts";

test("docs/cli.md says what the commands say of themselves; otherwise run: npx tsx tools/cli-page.ts", () => {
  const program = createProgram(createTools({ width: Infinity } as Parameters<typeof createTools>[0]), "");
  expect(readFileSync(join(packageRoot(), "docs/cli.md"), "utf8")).toBe(referencePage(program));
});
