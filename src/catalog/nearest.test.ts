import { expect, test } from "vitest";
import { alikeByWords, nearest } from "./nearest.ts";

test("another verb is no misspelling, and a wrong letter in a word is one", () => {
  const names = ["create_order", "get_order", "createOrder"];
  expect(nearest("update_order", alikeByWords("update_order", names))).toBeUndefined();
  expect(nearest("creat_order", alikeByWords("creat_order", names))).toBe("create_order");
  expect(nearest("updateOrder", alikeByWords("updateOrder", names))).toBeUndefined();
});
