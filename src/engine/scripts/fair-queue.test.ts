import { expect, test } from "vitest";
import { FairQueue } from "./fair-queue.ts";

const one = (workspace: string, flow: string, n = 0) => ({ workspace, flow, n, isTrial: flow === "trial" });

test("workspaces take turns, and so do the flows of one", () => {
  const queue = new FairQueue<ReturnType<typeof one>>();
  for (let n = 0; n < 3; n++) queue.add(one("a", "busy", n));
  queue.add(one("a", "quiet"));
  queue.add(one("b", "only"));
  const order = Array.from({ length: 5 }, () => {
    const next = queue.next(10)!;
    return `${next.workspace} ${next.flow} ${next.n}`;
  });
  expect(order).toEqual(["a busy 0", "b only 0", "a quiet 0", "a busy 1", "a busy 2"]);
});

test("a workspace has no more than its share at a time", () => {
  const queue = new FairQueue<ReturnType<typeof one>>();
  for (let n = 0; n < 3; n++) queue.add(one("a", "busy", n));
  const first = queue.next(1)!;
  expect(queue.next(1)).toBeUndefined();
  queue.add(one("b", "only"));
  expect(queue.next(1)).toMatchObject({ workspace: "b" });
  queue.done(first);
  expect(queue.next(1)).toMatchObject({ n: 1 });
});

test("trials wait behind the runs of their workspace, and are counted", () => {
  const queue = new FairQueue<ReturnType<typeof one>>();
  queue.add(one("a", "trial"));
  queue.add(one("a", "run"));
  queue.add(one("b", "trial"));
  expect([queue.sizeOf("a"), queue.sizeOf("a", true), queue.sizeOf("c")]).toEqual([2, 1, 0]);
  expect([1, 2, 3].map(() => queue.next(10)!).map(({ workspace, flow }) => `${workspace} ${flow}`)).toEqual([
    "a run",
    "b trial",
    "a trial",
  ]);
});
