import { expect, test } from "vitest";
import type { FlowView } from "#api/schemas.ts";
import { hasProblem, healthWords } from "./list-health.ts";

const flow = (patch: Partial<FlowView> = {}) =>
  ({ status: "on", lint: null, counts: {}, trigger: { lastError: null }, ...patch }) as unknown as FlowView;

test("the runs of the day are said in words, what needs somebody first", () => {
  const counts = { succeeded: 1200, filtered: 3, waiting: 2, failed: 1, held: 0 } as FlowView["counts"];
  expect(healthWords(flow({ counts })).map(({ text }) => text)).toEqual(["1 failed", "2 waiting", "1,200 succeeded"]);
  expect(healthWords(flow())).toEqual([]);
});

test("a flow has a problem when it stopped, failed today, or would fail", () => {
  expect(hasProblem(flow())).toBe(false);
  expect(hasProblem(flow({ reason: "Paused by Millrace" }))).toBe(true);
  expect(hasProblem(flow({ counts: { held: 1 } as FlowView["counts"] }))).toBe(true);
  expect(hasProblem(flow({ lint: { errors: 1, warnings: 0, troubles: [] } }))).toBe(true);
  expect(hasProblem(flow({ status: "draft", lint: { errors: 1, warnings: 0, troubles: [] } }))).toBe(false);
});
