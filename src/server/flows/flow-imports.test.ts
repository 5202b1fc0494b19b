import { expect, test } from "vitest";
import type { FlowDefinition } from "#engine/types/flows.ts";
import { MillraceError } from "#kernel/errors.ts";
import { builtIn, knowledge } from "#test/support/built-in.ts";
import { FlowImports } from "./flow-imports.ts";

const counts = { converted: 1, toCheck: 0, ignored: 0, lost: 0 };
const flow = (name: string, drafts: number) => ({
  name,
  counts,
  todo: [],
  ignored: [],
  drafts: Array.from({ length: drafts }, (): FlowDefinition => ({ name, trigger: { app: "http", operation: "webhook" }, steps: [] })),
});

const importing = (draft: (definition: FlowDefinition) => FlowDefinition, flows = [flow("good", 40), flow("bad", 2)]) =>
  new FlowImports({
    reading: { readExport: async () => ({ tool: "n8n", counts, flows }) },
    catalog: builtIn,
    titlesOf: () => knowledge,
    draft: (_workspaceId, definition) => draft(definition as FlowDefinition),
  }).read("ws_1", "{}");

/** Work of some milliseconds. */
function work(): number {
  let sum = 0;
  for (let i = 0; i < 4_000_000; i++) sum = (sum * 31 + i) | 0;
  return sum;
}

test("drafts are checked in turns, with everything else going on in between", async () => {
  let turns = 0;
  let over = false;
  const count = (): void => void (over || (turns++, setImmediate(count)));
  setImmediate(count);
  await importing((definition) => (work(), definition));
  over = true;
  expect(turns).toBeGreaterThan(8);
});

test("a flow of which one draft cannot be kept has none, and the others stay", async () => {
  const refuse = (definition: FlowDefinition) => {
    if (definition.name === "bad") throw new MillraceError("FLOW_INVALID", { details: { problem: "too large" } });
    return definition;
  };
  const { flows } = await importing(refuse);
  expect(flows.map(({ drafts, refused }) => [drafts.length, refused])).toEqual([
    [40, undefined],
    [0, "It cannot be kept as a flow: too large"],
  ]);
});
