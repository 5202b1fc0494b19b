import { expect, test } from "vitest";
import { makeExports } from "#test/flow-import/make-exports.ts";
import { n8nExports } from "#test/flow-import/n8n-exports.ts";
import { zapierExports } from "#test/flow-import/zapier-exports.ts";
import { ownFlowFile } from "./flow-file.ts";

const definition = { name: "Leads", trigger: { app: "http", operation: "webhook" }, steps: [] };

test.each([
  ["an exported flow", { millrace: "flow", format: 1, flow: definition }] as const,
  ["a definition by itself", definition] as const,
])("%s is a flow of Millrace", (_, file) => expect(ownFlowFile(`\uFEFF${JSON.stringify(file)}`)).toEqual(file));

test("no export of another tool is one, and no text that is not JSON", () => {
  const others = [n8nExports, makeExports, zapierExports]
    .flatMap((exports) => Object.values(exports))
    .map((value) => JSON.stringify(value));
  expect(others.length).toBeGreaterThan(50);
  for (const text of [...others, "<html>", "", "[]", "null", '{"millrace": "template"}']) expect(ownFlowFile(text)).toBeNull();
});
