import { expect, test } from "vitest";
import { CheckSoon } from "./check-soon.ts";

/** What follows an answer has happened. */
const settled = async () => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};

/** Each check is answered by hand. */
function checks() {
  const timers: { act: () => void; off: boolean }[] = [];
  const answers: (() => void)[] = [];
  const soon = new CheckSoon({
    check: () => new Promise<void>((resolve) => answers.push(resolve)),
    later: (_, act) => {
      const timer = { act, off: false };
      timers.push(timer);
      return () => {
        timer.off = true;
      };
    },
  });
  const pass = () => timers.splice(0).forEach(({ act, off }) => off || act());
  return { soon, pass, answers, settled };
}

test("a save is due from the moment it is made until its check is answered", async () => {
  const { soon, pass, answers, settled } = checks();
  const told: boolean[] = [];
  soon.subscribe(() => told.push(soon.isDue()));
  expect(soon.isDue()).toBe(false);
  soon.saved();
  expect(soon.isDue()).toBe(true);
  pass();
  expect(soon.isDue()).toBe(true);
  answers[0]!();
  await settled();
  expect(told).toEqual([true, false]);
});

test("saves in a row are checked once, and an answer to an earlier one does not count for a later one", async () => {
  const { soon, pass, answers, settled } = checks();
  soon.saved();
  soon.saved();
  pass();
  expect(answers).toHaveLength(1);
  soon.saved();
  answers[0]!();
  await settled();
  expect(soon.isDue()).toBe(true);
  pass();
  answers[1]!();
  await settled();
  expect(soon.isDue()).toBe(false);
});
