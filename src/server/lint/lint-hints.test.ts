import { expect, test } from "vitest";
import type { Engine } from "#engine/api.ts";
import { TestClock } from "#kernel/clock.ts";
import { silentLog } from "#kernel/log.ts";
import { checkAfterRuns } from "./lint-hints.ts";

test("a flow whose run left out rows of a list is checked, once an hour at most (F26)", async () => {
  const clock = new TestClock();
  const asked: string[] = [];
  let tell: Parameters<Engine["onChange"]>[0] = () => {};
  const read = { rows: 100, complete: false, total: 323, requests: 1, cut: "rows" };
  const engine = {
    onChange: (listener: typeof tell) => {
      tell = listener;
      return () => {};
    },
    runPage: async (_: string, id: string) => ({ steps: [{ attempts: [{ list: { ...read, complete: id === "whole" } }] }] }),
    flows: { get: async (_: string, id: string) => ({ id }) },
  } as unknown as Engine;
  checkAfterRuns({ engine, lint: { soon: ({ id }) => void asked.push(id) }, clock, log: silentLog });
  const over = async (flowId: string, id: string) => {
    tell({ id, flowId, state: "succeeded" } as Parameters<typeof tell>[0]);
    await new Promise(setImmediate);
  };
  await over("f", "cut");
  await over("f", "cut");
  await over("g", "whole");
  expect(asked).toEqual(["f"]);
  await clock.advance(3_600_000);
  await over("f", "cut");
  expect(asked).toEqual(["f", "f"]);
});
