import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { mappingTemplate, ruleDefinition } from "#engine/flow/format.ts";
import { checkMappingTemplate } from "#engine/flow/mapping-template.ts";
import { checkRule } from "#engine/mapping/rules.ts";
import { knowledge } from "#test/support/built-in.ts";

const page = readFileSync(new URL("../../docs/reusable-parts.md", import.meta.url), "utf8");
const examples = (kind: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`json ${kind}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(([, body]) => body!);

describe("docs/reusable-parts.md", () => {
  test.each(examples("rule"))("shows a rule that can be saved: %s", (text) => {
    expect(checkRule(ruleDefinition.parse(JSON.parse(text)))).toEqual([]);
  });
  test("shows one of each kind", () => {
    expect(examples("rule").map((text) => (JSON.parse(text) as { kind: string }).kind)).toEqual([
      "conditions",
      "table",
      "format",
      "segment",
    ]);
  });
  test.each(examples("mapping"))("shows a mapping template that can be saved: %s", (text) => {
    expect(checkMappingTemplate(mappingTemplate.parse(JSON.parse(text)), knowledge, { "score-tag": "conditions" })).toEqual([]);
  });
});
