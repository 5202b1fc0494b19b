import { expect, test } from "vitest";
import { keptIpRanges } from "./ip-ranges.ts";

test("a list that is asked at each request is read once", () => {
  const list = ["10.0.0.0/8", "loopback"];
  const ranges = keptIpRanges(list);
  expect([ranges.has("10.1.2.3"), ranges.has("::ffff:127.0.0.1"), ranges.has("203.0.113.7")]).toEqual([true, true, false]);
  expect(keptIpRanges(list)).toBe(ranges);
  expect(keptIpRanges([...list])).not.toBe(ranges);
});
