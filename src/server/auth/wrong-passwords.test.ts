import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { WrongPasswords } from "./wrong-passwords.ts";

const ann = "ann@example.com";

test("made-up addresses push nobody's count out", () => {
  const counts = new WrongPasswords(new TestClock());
  for (let n = 0; n < 100; n++) counts.count(ann, { address: `10.0.0.${n}` }, "acc_1");
  for (let n = 0; n < 10_100; n++) counts.count(`p${n}@example.com`, { address: "10.0.1.1" });
  expect(() => counts.count(ann, { address: "10.0.2.1" }, "acc_1")).toThrow("Too many");
});

test("all known browsers of an account have a common bound, and others keep theirs", () => {
  const counts = new WrongPasswords(new TestClock());
  const known = (n: number) => ({ address: "10.0.0.1", browser: { id: `b${n}`, accountId: "acc_1" } });
  for (let n = 0; n < 100; n++) counts.count(ann, known(n), "acc_1");
  expect(() => counts.count(ann, known(100), "acc_1")).toThrow("Too many");
  expect(() => counts.count(ann, { address: "10.0.0.2" }, "acc_1")).not.toThrow();
});
