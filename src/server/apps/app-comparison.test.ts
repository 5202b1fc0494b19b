import { expect, test } from "vitest";
import { AppComparison, type AppComparisonParts } from "./app-comparison.ts";

test("comparisons of one workspace stand in a short line, and those of another go on", async () => {
  const parts = { own: { row: () => null } } as unknown as AppComparisonParts;
  const comparison = new AppComparison(parts);
  const ask = (workspaceId: string) => comparison.compare(workspaceId, "shop", {}).catch(({ code }: { code: string }) => code);
  const codes = await Promise.all(["ws_1", "ws_1", "ws_1", "ws_1", "ws_2"].map(ask));
  expect(codes).toEqual(["NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "TOO_MANY_REQUESTS", "NOT_FOUND"]);
  expect(await ask("ws_1")).toBe("NOT_FOUND");
});
