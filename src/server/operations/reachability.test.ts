import { expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import { backupAge, diskSpace } from "./machine-findings.ts";
import { Reachability, type ProbeAnswer } from "./reachability.ts";

const publicUrl = "https://mill.example.com";
const check = (answer: (url: string, own: Reachability) => ProbeAnswer, more: { publicUrl?: string; onThisMachineOnly?: boolean } = {}) => {
  const parts = { publicUrl, onThisMachineOnly: false, instance: "store_1", ...more };
  const own: Reachability = new Reachability({ ...parts, probe: async (url) => answer(url, own) });
  return own.check();
};
const nonceIn = (url: string) => new URL(url).searchParams.get("nonce")!;
const reply = (body: unknown, more: Partial<ProbeAnswer> = {}): ProbeAnswer => ({ status: 200, body, location: undefined, ...more });

test("the public address is right when what answers there is this Millrace", async () => {
  const finding = await check((url, own) => reply({ ok: true, proof: own.proofOf(nonceIn(url)) }));
  expect(finding).toMatchObject({ state: "ok", says: "https://mill.example.com reaches this Millrace (tested from this machine)" });
});

test("another Millrace, another server and a redirect have a sentence each", async () => {
  const other = new Reachability({ publicUrl, onThisMachineOnly: false, instance: "store_2", probe: () => Promise.reject(new Error()) });
  expect(await check((url) => reply({ ok: true, proof: other.proofOf(nonceIn(url)) }))).toMatchObject({
    state: "bad",
    says: expect.stringContaining("leads to another Millrace") as string,
  });
  expect(await check(() => reply("<html>", { status: 404 }))).toMatchObject({
    state: "bad",
    says: expect.stringContaining("status 404") as string,
  });
  expect(await check(() => reply("", { status: 301, location: "https://www.example.com/healthz?nonce=x" }))).toMatchObject({
    state: "bad",
    says: expect.stringContaining("redirect to https://www.example.com,") as string,
  });
});

test("an address that cannot be asked is no proof that others cannot: it is said so", async () => {
  const fail = (error: unknown) => () => {
    throw error;
  };
  const refused = new MillraceError("HOST_NOT_ALLOWED", { details: { host: "mill.lan", todo: "" } });
  expect(await check(fail(refused))).toMatchObject({ state: "warn", says: expect.stringContaining("on a private network") as string });
  const timeout = await check(fail(new MillraceError("OUTBOUND_TIMEOUT", { details: { host: "mill.example.com", seconds: 10 } })));
  expect(timeout).toMatchObject({ state: "warn", says: expect.stringContaining("could not be reached from this machine") as string });
});

test("without a public address nothing is asked", async () => {
  const never = () => {
    throw new Error("asked");
  };
  expect((await check(never, { onThisMachineOnly: true })).state).toBe("ok");
});

test("a backup that is old or unknown is named with the command that makes one", () => {
  const now = 30 * 86_400_000;
  const age = (days: number | null, isPostgres = false) => backupAge(days === null ? null : now - days * 86_400_000, { now, isPostgres });
  expect(age(0.5)).toMatchObject({ state: "ok", says: "the newest is less than a day old" });
  expect(age(7)).toMatchObject({ state: "ok" });
  expect(age(12)).toMatchObject({ state: "warn", says: "the newest is 12 days old", fix: { command: "npx millrace backup <folder>" } });
  expect(age(null, true).fix?.command).toContain("pg_dump");
});

test("a disk is judged by what is free", () => {
  const gib = 1024 ** 3;
  expect([2 * gib, 0.5 * gib, 0.01 * gib].map((free) => diskSpace(free).state)).toEqual(["ok", "warn", "bad"]);
});
