import { expect, test } from "vitest";
import { badInput, notFound } from "./errors.ts";

test("what somebody sent is quoted by its beginning, and a long list by its first names", () => {
  const long = "x".repeat(5000);
  expect(badInput("apps", `there is no '${long}' in the catalog`).message).toContain(`there is no '${"x".repeat(200)}…' in the catalog`);
  expect(notFound("flow", long).message.length).toBeLessThan(2000);
  expect(badInput("apps", `is one of ${"'abc', ".repeat(5000)}`).message.length).toBeLessThan(2000);
  expect(badInput("apps", "there is no 'abc'").message).toContain("there is no 'abc'");
});
