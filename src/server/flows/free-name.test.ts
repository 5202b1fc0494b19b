import { expect, test } from "vitest";
import { freeName } from "./free-name.ts";

test("a second flow of a template gets a name of its own", () => {
  expect(freeName("Survey answers", [])).toBe("Survey answers");
  expect(freeName("Survey answers", ["survey answers ", "Other"])).toBe("Survey answers 2");
  expect(freeName("Survey answers", ["Survey answers", "Survey answers 2"])).toBe("Survey answers 3");
  expect(freeName("x".repeat(120), ["x".repeat(120)])).toBe(`${"x".repeat(118)} 2`);
});
