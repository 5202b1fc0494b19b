import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { createSessions } from "./sessions.ts";

const open = (secret = 1) => {
  const clock = new TestClock();
  const state = { generation: "a" };
  return { clock, state, sessions: createSessions({ secret: Buffer.alloc(32, secret), generation: () => state.generation, clock }) };
};

test("a session is read back with its kind until it is too old", async () => {
  const { sessions, clock } = open();
  const { value, maxAgeSeconds } = sessions.issue("local");
  expect(sessions.read(value)).toBe("local");
  await clock.advance(maxAgeSeconds * 1000);
  expect(sessions.read(value)).toBeUndefined();
});

test("rotating the API key ends every session", () => {
  const { sessions, state } = open();
  const { value } = sessions.issue("key");
  state.generation = "b";
  expect(sessions.read(value)).toBeUndefined();
});

test("a changed, foreign or malformed session is none", () => {
  const { sessions } = open();
  const { value } = sessions.issue("local");
  const [, , expires, mac] = value.split(".");
  const forged = [
    value.replace("local", "key"),
    `v1.local.${Number(expires) + 1}.${mac}`,
    value.slice(0, -1),
    `${value}x`,
    "",
    undefined,
    "v1.local.x.y",
    open(2).sessions.issue("local").value,
  ];
  for (const text of forged) expect(sessions.read(text), String(text)).toBeUndefined();
});
