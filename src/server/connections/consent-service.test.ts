import { beforeEach, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Connection, NewConnection } from "#vault/types.ts";
import { builtIn } from "#test/support/built-in.ts";
import { ConsentService, type ConsentServiceParts } from "./consent-service.ts";

const clock = new TestClock();
let exchanges: number;
let saved: NewConnection[];
let fault: Error | null;
let service: ConsentService;

beforeEach(() => {
  exchanges = 0;
  saved = [];
  fault = null;
  const login = { name: "desk", title: "Desk", app: "http", auth: "oauth2", secret: { accessToken: "t0ken", refreshToken: "r" } };
  const parts = {
    consents: {
      async finish() {
        exchanges++;
        return { connectionId: null, login };
      },
    },
    vault: {
      async list() {
        return [];
      },
      async find() {
        return null;
      },
      async connect(_: string, connection: NewConnection) {
        if (fault) throw fault;
        saved.push(connection);
        return { ...connection, id: "con_1" } as unknown as Connection;
      },
    },
    connections: { test: async () => ({ ok: true }), get: async (_: string, id: string) => ({ id }) },
    catalog: builtIn,
    publicUrl: () => "https://mill.example",
    consentPage: null,
    clock,
  };
  service = new ConsentService(parts as unknown as ConsentServiceParts);
});

const finish = (by = "session:a") => service.finish("ws", by, { state: "s", code: "c" });

test("a login that the store did not take is kept, and saved when the same person tries again, without a second exchange", async () => {
  fault = new MillraceError("STORE_UNAVAILABLE", { details: { problem: "the disk is full" } });
  const failed = await finish().catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: "CONSENT_NOT_SAVED", message: expect.stringContaining("Nothing was connected yet") });
  expect(JSON.stringify(failed)).not.toContain("t0ken");
  await finish().catch(() => {}); // still full: it is kept on
  fault = null;
  expect(await finish()).toMatchObject({ id: "con_1" });
  expect([exchanges, saved.length]).toEqual([1, 1]);
  expect(saved[0]!.secret).toMatchObject({ accessToken: "t0ken" });
});

test("it waits for that person alone, for ten minutes, and is saved once", async () => {
  fault = new MillraceError("STORE_UNAVAILABLE", { details: { problem: "the disk is full" } });
  await finish().catch(() => {});
  fault = null;
  await finish("session:b");
  expect(exchanges).toBe(2);
  await finish();
  await finish();
  expect(exchanges).toBe(3);
  fault = new MillraceError("STORE_UNAVAILABLE", { details: { problem: "the disk is full" } });
  await finish("session:c").catch(() => {});
  fault = null;
  await clock.advance(600_001);
  await finish("session:c");
  expect(exchanges).toBe(5);
});

test("what a person has to settle is said as it is, and nothing waits", async () => {
  fault = new MillraceError("CONFLICT", { details: { problem: "it is somebody else's" } });
  await expect(finish()).rejects.toMatchObject({ code: "CONFLICT" });
  await expect(finish()).rejects.toMatchObject({ code: "CONFLICT" });
  expect(exchanges).toBe(2);
});
