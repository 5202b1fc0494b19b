import { expect, test } from "vitest";
import { createAnswering } from "./answering.ts";
import { Evaluator } from "./evaluator.ts";
import type { Ask, EvaluatorMessage, Outcome } from "./outcome.ts";

/** The evaluator without a thread of its own, and what was sent to it. */
function connected() {
  const sent: EvaluatorMessage[] = [];
  const evaluator = new Evaluator((answer) => {
    const take = createAnswering(answer);
    return (message) => {
      sent.push(message);
      take(message);
    };
  });
  const ask = (written: Ask["written"], values: Record<string, unknown>, reading: Ask["reading"] = "value") =>
    new Promise<Outcome>((give) => evaluator.ask({ written, reading }, values, { zone: "UTC", country: "DE" }, give));
  return { evaluator, sent, ask };
}

test("gives what the engine gives, with its type", async () => {
  const { ask } = connected();
  const values = { trigger: { email: " Ada@Example.COM", phone: "030 123456", list: [{ id: 1 }, { id: 2 }], none: null } };
  expect(await ask("{{ trigger.email | strip | downcase }}", values)).toEqual({
    kind: "value",
    type: "text",
    text: "ada@example.com",
    empty: false,
  });
  expect(await ask("trigger.phone | phone", values, "expression")).toMatchObject({ text: "+4930123456" });
  expect(await ask("trigger.list.size > 1", values, "condition")).toMatchObject({ type: "yes-no", text: "true" });
  expect(await ask({ a: "{{ trigger.none }}", b: "x" }, values)).toMatchObject({ type: "object", text: "b: x" });
  expect(await ask("{{ trigger.none }}", values)).toEqual({ kind: "missing" });
  expect(await ask("{{ trigger.email | plus_days: 1 }}", values)).toMatchObject({ kind: "problem" });
  expect(await ask("{{ trigger.email | downcas }}", values)).toEqual({
    kind: "problem",
    problem: "there is no filter 'downcas'; did you mean 'downcase'?",
  });
});

test("sends a sample once, and forgets the oldest of many", async () => {
  const { ask, sent } = connected();
  const values = { trigger: { a: 1 } };
  await ask("{{ trigger.a }}", values);
  await ask("{{ trigger.a | plus: 1 }}", values);
  expect(sent.filter(({ kind }) => kind === "sample")).toHaveLength(1);
  for (let n = 0; n < 20; n++) await ask("{{ trigger.a }}", { trigger: { a: n } });
  expect(sent.filter(({ kind }) => kind === "forget").length).toBeGreaterThan(5);
  expect(await ask("{{ trigger.a }}", values)).toMatchObject({ text: "1" });
});

test("keeps to the engine's bounds, and answers others while a slow one is worked out", async () => {
  const { ask, evaluator, sent } = connected();
  const values = { trigger: { list: Array.from({ length: 3000 }, (_, n) => ({ n })) } };
  const slow = "{% for a in trigger.list %}{% for b in trigger.list %}{{ b.n | plus: a.n }}{% endfor %}{% endfor %}";
  const order: string[] = [];
  const first = ask(slow, values).then((outcome) => order.push(outcome.kind));
  await ask("{{ trigger.list.size }}", values).then(() => order.push("quick"));
  await first;
  expect(order).toEqual(["quick", "problem"]);
  const drop = evaluator.ask({ written: slow, reading: "value" }, values, { zone: "UTC" }, () => order.push("late"));
  drop();
  await ask("{{ trigger.list.size }}", values);
  expect(order).toHaveLength(2);
  expect(sent.at(-3)?.kind === "drop" || sent.some(({ kind }) => kind === "drop")).toBe(true);
});
