import { expect, test } from "vitest";
import { checkTrouble } from "./flow-trouble.ts";

test("a flow that is on and would fail shows the number of its problems", () => {
  expect(checkTrouble({ status: "on", lint: { errors: 2 } })).toBe("2 things would make a run fail");
});

test("warnings, drafts, paused flows and what was not checked yet are no trouble", () => {
  expect(checkTrouble({ status: "on", lint: { errors: 0 } })).toBeNull();
  expect(checkTrouble({ status: "draft", lint: { errors: 2 } })).toBeNull();
  expect(checkTrouble({ status: "off", lint: { errors: 2 } })).toBeNull();
  expect(checkTrouble({ status: "on", lint: null })).toBeNull();
});
