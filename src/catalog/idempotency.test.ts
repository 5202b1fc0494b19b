import { expect, test } from "vitest";
import { honoursIdempotencyKey } from "./idempotency.ts";
import type { Operation } from "./types.ts";

const post: Operation = {
  id: "post",
  app: "http",
  title: "Post",
  category: "HTTP",
  kind: "action",
  effect: "other",
  method: "POST",
  path: "{+url}",
  scopes: [],
  access: [],
  input: [],
  result: "",
};

test("an idempotency key counts where the app honours it, or where the user says that the other side does", () => {
  expect(honoursIdempotencyKey(post, {})).toBe(false);
  expect(honoursIdempotencyKey({ ...post, idempotencyKey: true }, {})).toBe(true);
  expect(honoursIdempotencyKey({ ...post, idempotencyInput: "idempotent" }, { idempotent: true })).toBe(true);
  expect(honoursIdempotencyKey({ ...post, idempotencyInput: "idempotent" }, { idempotent: "yes" })).toBe(false);
});
