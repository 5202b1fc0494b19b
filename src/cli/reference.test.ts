import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "#kernel/root.ts";
import { createProgram } from "./program.ts";
import { referencePage } from "./reference.ts";
import { createTools } from "./tools.ts";

test("the help and docs/cli.md name the same commands as those that speak to a running Millrace", () => {
  const tools = createTools({ width: Infinity } as Parameters<typeof createTools>[0]);
  const page = readFileSync(join(packageRoot(), "docs/cli.md"), "utf8");
  const listed = (text: string) => /^(.+) speak to a running Millrace/m.exec(text)![1]!.replaceAll("`", "");
  expect(listed(page)).toBe(listed(createProgram(tools, "").description()));
  expect(listed(page)).toBe(
    "open, call, export, app, connect, inbox, webhook, tags, flow, sync, template, run, people, key, audit and mcp",
  );
});

test("docs/cli.md says what the commands say of themselves; otherwise run: npx tsx tools/cli-page.ts", () => {
  const program = createProgram(createTools({ width: Infinity } as Parameters<typeof createTools>[0]), "");
  expect(readFileSync(join(packageRoot(), "docs/cli.md"), "utf8")).toBe(referencePage(program));
});
