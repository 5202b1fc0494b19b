import { expect, test } from "vitest";
import { Intake } from "./intake.ts";

const receiver = () => {
  const state = { isPaused: false, pause: () => void (state.isPaused = true), resume: () => void (state.isPaused = false) };
  return state;
};

test("answers are received side by side up to a number of bytes; above it one at a time, and each gets its turn", () => {
  const intake = new Intake(100);
  const answers = [receiver(), receiver(), receiver(), receiver()];
  for (const answer of answers.slice(0, 3)) intake.add(answer, 30);
  expect(answers.map((a) => a.isPaused)).toEqual([false, false, false, false]);
  for (const answer of answers) intake.add(answer, 30);
  expect(answers.map((a) => a.isPaused)).toEqual([false, true, true, true]);
  intake.add(answers[0]!, 500);
  expect(answers[0]!.isPaused).toBe(false);
  intake.end(answers[0]!);
  expect(answers.map((a) => a.isPaused)).toEqual([false, false, true, true]); // 150 are held: the next oldest goes on
  intake.end(answers[1]!);
  expect(answers.map((a) => a.isPaused)).toEqual([false, false, false, false]);
});

test("an answer that is given up leaves nothing behind, also while it is paused, and ends once", () => {
  const intake = new Intake(100);
  const [first, second, third] = [receiver(), receiver(), receiver()];
  intake.add(first, 90);
  intake.add(second, 90);
  intake.end(second);
  intake.end(second);
  intake.end(first);
  for (let i = 0; i < 9; i++) intake.add(third, 11);
  expect(third.isPaused).toBe(false);
  intake.add(first, 1);
  expect(first.isPaused).toBe(false);
});
