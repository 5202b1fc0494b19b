import { expect, test } from "vitest";
import type { DryRunReply, FlowDefinition } from "#api/schemas.ts";
import type { Sample } from "../data/types.ts";
import { DryRunner, type Tried } from "./dry-runner.ts";

const sample: Sample = { id: "s", person: null, at: 0, from: "event", values: {} };
const tried = (name: string): Tried => ({ definition: { name } as FlowDefinition, sample });

/** A runner whose time and answers are in the test's hands. */
function bench() {
  let due: (() => void) | null = null;
  const asked: string[] = [];
  const answers: ((reply: DryRunReply | Error) => void)[] = [];
  const runner = new DryRunner({
    run: ({ definition }) => {
      asked.push(definition.name);
      return new Promise((resolve, reject) => {
        answers.push((reply) => (reply instanceof Error ? reject(reply) : resolve(reply)));
      });
    },
    messageOf: (error) => (error as Error).message,
    later: (_ms, act) => {
      due = act;
      return () => (due = null);
    },
  });
  const rest = () => {
    const act = due;
    due = null;
    act?.();
  };
  const answer = async (reply: DryRunReply | Error) => {
    answers.shift()!(reply);
    while (runner.view().busy) await Promise.resolve();
  };
  return { runner, asked, rest, answer };
}
const reply = { summary: "fine" } as DryRunReply;

test("tries the last of what was typed, once it rests", async () => {
  const { runner, asked, rest, answer } = bench();
  runner.want(tried("a"));
  runner.want(tried("b"));
  rest();
  expect(asked).toEqual(["b"]);
  await answer(reply);
  expect(runner.view().reply).toBe(reply);
  rest();
  expect(asked).toEqual(["b"]);
});

test("has one request under way, and asks again for what was typed meanwhile", async () => {
  const { runner, asked, rest, answer } = bench();
  runner.want(tried("a"));
  rest();
  runner.want(tried("b"));
  rest();
  expect(asked).toEqual(["a"]);
  await answer(reply);
  rest();
  expect(asked).toEqual(["a", "b"]);
});

test("asks nothing while nobody looks", () => {
  const { runner, asked, rest } = bench();
  runner.seen(false);
  runner.want(tried("a"));
  rest();
  expect(asked).toEqual([]);
  runner.seen(true);
  rest();
  expect(asked).toEqual(["a"]);
});

test("says why there is no answer, and asks again only after the next change", async () => {
  const { runner, asked, rest, answer } = bench();
  runner.want(tried("a"));
  rest();
  await answer(new Error("Too many requests"));
  expect(runner.view()).toEqual({ reply: null, isOld: false, busy: false, failure: "Too many requests" });
  rest();
  expect(asked).toEqual(["a"]);
});

test("an answer is old once the draft is another, and gone once the sample is", async () => {
  const { runner, rest, answer } = bench();
  const first = tried("a");
  runner.want(first);
  rest();
  await answer(reply);
  expect(runner.view()).toMatchObject({ reply, isOld: false });
  runner.want({ ...first, sample: { ...sample, id: "loaded anew" } });
  expect(runner.view()).toMatchObject({ reply, isOld: false });
  runner.want(tried("b"));
  expect(runner.view()).toMatchObject({ reply, isOld: true });
  rest();
  await answer(reply);
  expect(runner.view()).toMatchObject({ reply, isOld: false });
  runner.want({ ...tried("b"), sample: { ...sample, values: { trigger: { email: "grace@example.com" } } } });
  expect(runner.view()).toMatchObject({ reply: null, isOld: false });
});

test("an answer that comes when another sample is chosen is not shown beside it", async () => {
  const { runner, rest, answer } = bench();
  runner.want(tried("a"));
  rest();
  runner.want({ ...tried("a"), sample: { ...sample, values: { trigger: { email: "grace@example.com" } } } });
  await answer(reply);
  expect(runner.view().reply).toBeNull();
});

test("forgets what it found once it is switched off, also what comes later", async () => {
  const { runner, rest, answer } = bench();
  runner.want(tried("a"));
  rest();
  runner.want(null);
  await answer(reply);
  expect(runner.view().reply).toBeNull();
});
