import { expect, test } from "vitest";
import type { CallReply } from "../../../lib/api.ts";
import { answerText } from "./answer-text.ts";

const tickets = Array.from({ length: 20 }, (_, n) => ({ id: `t_${n}`, subject: "The door is stuck ".repeat(20) }));
const reply = (output: unknown, received?: string): CallReply => ({
  output,
  exchanges: received === undefined ? [] : [{ method: "GET", url: "https://desk.example.com/tickets", status: 200, received } as never],
});

test("a long answer that was cut to be shown is whole when it becomes the example", () => {
  const whole = { tickets, meta: { next: 2 } };
  const cut = `${JSON.stringify(whole).slice(0, 4_000)}…`;
  expect(JSON.parse(answerText({ effect: "read" }, reply(whole, cut))!)).toEqual(whole);
  expect(JSON.parse(answerText({ effect: "read", result: "data.tickets" }, reply(tickets, cut))!)).toEqual({ data: { tickets } });
});

test("a short answer is taken as it was received, and without one there is no example", () => {
  expect(answerText({ effect: "read", result: "tickets" }, reply([], '{ "tickets": [], "meta": {} }'))).toBe(
    '{ "tickets": [], "meta": {} }',
  );
  expect(answerText({ effect: "create" }, reply(null))).toBeNull();
});

test("an answer that is too long for an example loses records at its end, not the end of its text", () => {
  const many = Array.from({ length: 9_000 }, () => ({ text: "x".repeat(200) }));
  expect((JSON.parse(answerText({ effect: "read" }, reply({ many, next: "n" }))!) as { many: unknown[] }).many).toHaveLength(20);
});
