import { expect, test } from "vitest";
import { checkTrouble } from "./flow-trouble.ts";

const error = (kind?: string) => ({ level: "error" as const, ...(kind !== undefined && { cause: { kind } }) });
const lint = { errors: 2, troubles: [error("name"), error("login")] };

test("a flow that is on and would fail shows the number of its problems", () => {
  expect(checkTrouble({ status: "on", lint })).toBe("2 things would make a run fail");
});

test("where nothing but a login does not work, runs wait and do not fail", () => {
  expect(checkTrouble({ status: "on", lint: { errors: 3, troubles: [error("login")] } })).toBe("Runs wait for a login that does not work");
  expect(checkTrouble({ status: "on", lint: { errors: 1, troubles: [error()] } })).toBe("1 thing would make a run fail");
});

test("warnings, drafts, paused flows and what was not checked yet are no trouble", () => {
  expect(checkTrouble({ status: "on", lint: { errors: 0, troubles: [] } })).toBeNull();
  expect(checkTrouble({ status: "draft", lint })).toBeNull();
  expect(checkTrouble({ status: "off", lint })).toBeNull();
  expect(checkTrouble({ status: "on", lint: null })).toBeNull();
});
