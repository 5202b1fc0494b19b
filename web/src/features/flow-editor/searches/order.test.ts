import { expect, test } from "vitest";
import { directionWords, usualDirection } from "./order.ts";

test("an order begins with the newest, the highest, and for names with A", () => {
  const said = (["date", "number", "text", "choice"] as const).map((control) => directionWords(control)[usualDirection(control)]);
  expect(said).toEqual(["newest first", "highest first", "from A to Z", "from A to Z"]);
});
