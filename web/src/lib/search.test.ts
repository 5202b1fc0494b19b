import { expect, test } from "vitest";
import { filterOf, readRunSearch } from "../features/runs/search.ts";
import { parseSearch, stringifySearch } from "./search.ts";

test("a filter survives the address, also where it looks like a number", () => {
  const address = stringifySearch({ person: "+44 20 7946 0958", state: "failed,held", flow: undefined });
  expect(address).toBe("?person=%2B44+20+7946+0958&state=failed%2Cheld");
  expect(parseSearch(address)).toEqual({ person: "+44 20 7946 0958", state: "failed,held" });
});

test("what an address says that no filter knows is left out", () => {
  const search = readRunSearch({ state: "failed,exploded", since: "1y", from: "soon", person: "", other: "x" });
  expect(search).toEqual({ person: undefined, state: "failed", flow: undefined, since: undefined, from: undefined, to: undefined });
});

test("a span counts back from now and both days of a range are included", () => {
  const now = 1_800_000_012_345;
  expect(filterOf({ since: "1h" }, now)).toEqual({ from: Math.floor(now / 60_000) * 60_000 - 3_600_000 });
  expect(filterOf({ from: "2026-11-20", to: "2026-11-22" }, now)).toEqual({
    from: new Date(2026, 10, 20).getTime(),
    to: new Date(2026, 10, 23).getTime(),
  });
});
