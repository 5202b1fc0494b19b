import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

const one = (workspace: string, flow: string, n = 0) => ({ workspace, flow, n });

test("workspaces take turns, and so do the flows of one", () => {
  const turns = new Turns<ReturnType<typeof one>>();
  for (let n = 0; n < 3; n++) turns.add(one("a", "busy", n));
  turns.add(one("a", "quiet"));
  turns.add(one("b", "only"));
  const order = Array.from({ length: 5 }, () => {
    const next = turns.next(10)!;
    return `${next.workspace} ${next.flow} ${next.n}`;
  });
  expect(order).toEqual(["a busy 0", "b only 0", "a quiet 0", "a busy 1", "a busy 2"]);
});

test("a workspace has no more than its share at a time", () => {
  const turns = new Turns<ReturnType<typeof one>>();
  for (let n = 0; n < 3; n++) turns.add(one("a", "busy", n));
  const first = turns.next(1)!;
  expect(turns.next(1)).toBeUndefined();
  turns.add(one("b", "only"));
  expect(turns.next(1)).toMatchObject({ workspace: "b" });
  turns.done(first);
  expect(turns.next(1)).toMatchObject({ n: 1 });
});
