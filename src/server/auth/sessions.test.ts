import { describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import type { SessionRow, SessionStore } from "#storage/sessions.ts";
import { openSessions, type SessionOwner } from "./sessions.ts";

const hour = 3_600_000;

/** A store in memory that can be made to fail, and that shows what it holds. */
function fakeStore() {
  const rows = new Map<string, SessionRow>();
  const state = { broken: false, touches: 0 };
  const work = async (act: () => void) => {
    if (state.broken) throw new Error("the disk is full");
    act();
  };
  const store: SessionStore = {
    all: async () => [...rows.values()].map((row) => ({ ...row })),
    add: (row) => work(() => void rows.set(row.hash, { ...row })),
    touch: (hash, usedAt) => work(() => void (state.touches++, rows.has(hash) && (rows.get(hash)!.usedAt = usedAt))),
    remove: (hashes) => work(() => hashes.forEach((hash) => rows.delete(hash))),
    lastSeen: async () => new Map(),
  };
  return { store, rows, state };
}

/** A browser that signed in without an account. */
const browserOf = (workspaceId: string): SessionOwner => ({ workspaceId, accountId: null, address: "10.0.0.1", browser: "Firefox" });

async function open({ fake = fakeStore(), clock = new TestClock() } = {}) {
  const key = { id: "key_1" };
  const problems: unknown[] = [];
  const start = () =>
    openSessions({
      store: fake.store,
      keyId: (workspaceId) => (workspaceId === "ws" ? key.id : "key_of_others"),
      hasAccess: () => true,
      clock,
      onStoreProblem: (p) => void problems.push(p),
    });
  return { ...fake, clock, key, problems, start, sessions: await start() };
}

describe("a session", () => {
  test("is recognised by its cookie's value, which is not what is stored", async () => {
    const { sessions, rows } = await open();
    const { value } = await sessions.start(browserOf("ws"));
    expect(Buffer.from(value, "base64url")).toHaveLength(32);
    expect(sessions.use(value)).toEqual({ id: [...rows.keys()][0], workspaceId: "ws", accountId: null });
    expect(JSON.stringify([...rows.values()])).not.toContain(value);
    for (const forged of [undefined, "", `${value}x`, value.slice(1), [...rows.keys()][0]]) expect(sessions.use(forged)).toBeUndefined();
  });

  test("lives on across a restart, and so does its end", async () => {
    const { sessions, start } = await open();
    const [kept, ended] = [(await sessions.start(browserOf("ws"))).value, (await sessions.start(browserOf("ws"))).value];
    await sessions.end(sessions.use(ended)!.id);
    expect(sessions.use(ended)).toBeUndefined();
    const after = await start();
    expect(after.use(kept)).toBeDefined();
    expect(after.use(ended)).toBeUndefined();
  });

  test("made while the clock was far ahead is over once the clock is right", async () => {
    const { sessions, rows } = await open();
    const { value } = await sessions.start(browserOf("ws"));
    const [row] = rows.values();
    rows.set(row!.hash, { ...row!, createdAt: row!.createdAt + 2400 * hour, usedAt: row!.usedAt + 2400 * hour });
    const store = { ...fakeStore().store, all: async () => [...rows.values()] };
    const later = await openSessions({ store, keyId: () => "key_1", hasAccess: () => true, clock: new TestClock(), onStoreProblem() {} });
    expect(later.use(value)).toBeUndefined();
  });

  test("ends twelve hours after its last use, which each use puts off", async () => {
    const { sessions, clock, start } = await open();
    const { value } = await sessions.start(browserOf("ws"));
    for (let i = 0; i < 5; i++) {
      await clock.advance(11 * hour);
      expect(sessions.use(value), `after ${(i + 1) * 11} h`).toBeDefined();
    }
    await clock.advance(11 * hour);
    expect((await start()).use(value), "a restart knows of the uses").toBeDefined();
    await clock.advance(12 * hour);
    expect(sessions.use(value)).toBeUndefined();
    expect((await start()).use(value)).toBeUndefined();
  });

  test("ends thirty days after it began, however often it is used", async () => {
    const { sessions, clock } = await open();
    const { value, maxAgeSeconds } = await sessions.start(browserOf("ws"));
    expect(maxAgeSeconds).toBe(30 * 24 * 3600);
    for (let i = 0; i < 30 * 24 - 6; i += 6) {
      await clock.advance(6 * hour);
      expect(sessions.use(value), `after ${i + 6} h`).toBeDefined();
    }
    await clock.advance(6 * hour);
    expect(sessions.use(value)).toBeUndefined();
  });

  test("ends with the API key of its time, also when the rotation was cut off before its row was deleted", async () => {
    const { sessions, key, start } = await open();
    const { value } = await sessions.start(browserOf("ws"));
    key.id = "key_2";
    expect(sessions.use(value)).toBeUndefined();
    expect((await start()).use(value)).toBeUndefined();
  });

  test("is not written down at each use: reading costs nothing", async () => {
    const { sessions, clock, state } = await open();
    const { value } = await sessions.start(browserOf("ws"));
    for (let i = 0; i < 1000; i++) sessions.use(value);
    expect(state.touches).toBe(0);
    await clock.advance(5 * 60_000);
    for (let i = 0; i < 1000; i++) sessions.use(value);
    expect(state.touches).toBe(1);
  });
});

test("rotation ends all sessions of its workspace at once, and those of no other", async () => {
  const { sessions, rows } = await open();
  const values = [(await sessions.start(browserOf("ws"))).value, (await sessions.start(browserOf("ws"))).value];
  const others = (await sessions.start(browserOf("other"))).value;
  await sessions.endAll("ws");
  expect(values.map((value) => sessions.use(value))).toEqual([undefined, undefined]);
  expect(sessions.use(others)).toMatchObject({ workspaceId: "other" });
  expect(rows.size).toBe(1);
});

test("a full disk keeps nobody out and nobody in", async () => {
  const { sessions, state, problems } = await open();
  const before = (await sessions.start(browserOf("ws"))).value;
  state.broken = true;
  const { value } = await sessions.start(browserOf("ws"));
  expect(sessions.use(value)).toBeDefined();
  expect(String(problems[0])).toContain("the disk is full");
  await expect(sessions.end(sessions.use(before)!.id)).rejects.toThrow("the disk is full");
  expect(sessions.use(before)).toBeUndefined();
});

test("rows of sessions that are over are deleted, and so are those not used for longest beyond a thousand", async () => {
  const { sessions, clock, rows } = await open();
  const first = (await sessions.start(browserOf("ws"))).value;
  await clock.advance(12 * hour);
  await sessions.start(browserOf("ws"));
  expect(rows.size).toBe(1);
  expect(sessions.use(first)).toBeUndefined();
  await clock.advance(1000);
  const others = (await sessions.start(browserOf("other"))).value;
  const used = (await sessions.start(browserOf("ws"))).value;
  for (let i = 0; i < 1005; i++) {
    await clock.advance(1);
    await sessions.start(browserOf("ws"));
    sessions.use(used);
  }
  expect(rows.size).toBe(1001);
  expect(sessions.use(used)).toBeDefined();
  expect(sessions.use(others), "another workspace has a thousand of its own").toBeDefined();
});
