import pino from "pino";
import { apps } from "#apps/index.ts";
import { TestClock } from "#kernel/clock.ts";
import { openApiKeys } from "#server/api-keys.ts";
import { buildApp } from "#server/app.ts";
import type { ConnectionDesk } from "#server/connection-desk.ts";
import { openHeard } from "#server/heard.ts";
import { openInboxBook } from "#server/inbox-book.ts";
import { createInboxDesk } from "#server/inbox-desk.ts";
import { openLintDesk } from "#server/lint-desk.ts";
import { createLive } from "#server/live.ts";
import { createMetrics } from "#server/metrics.ts";
import { createSessions } from "#server/sessions.ts";
import { createSignIn } from "#server/sign-in.ts";
import { createApiKeyStore } from "#storage/api-keys.ts";
import { createInboxStore } from "#storage/inbox-store.ts";
import { createLintStore, createReferenceStore } from "#storage/reference-store.ts";
import { createRunStore } from "#storage/run-store.ts";
import type { FakeOperation } from "./caller.ts";
import { openEngine, workspace } from "./engine.ts";

export interface ServerWish {
  operations?: Record<string, FakeOperation>;
  desk?: Partial<ConnectionDesk>;
  publicUrl?: string;
  localSignIn?: boolean;
  webFolder?: string;
  storeProblem?: () => Promise<string | null>;
}

const noDesk: ConnectionDesk = {
  list: async () => [],
  add: () => Promise.reject(new Error("no desk")),
  change: () => Promise.reject(new Error("no desk")),
  test: () => Promise.reject(new Error("no desk")),
  remove: () => Promise.reject(new Error("no desk")),
};

/** The server's doors on a real engine and a store in memory. `key` is the first API key; nothing listens until asked to. */
export async function openServer({
  operations = {},
  desk,
  publicUrl = "http://127.0.0.1:4400",
  localSignIn = true,
  webFolder = "/nowhere",
  storeProblem,
}: ServerWish = {}) {
  const clock = new TestClock();
  const house = await openEngine(operations, { clock });
  const { engine, db } = house;
  const keys = await openApiKeys({ store: createApiKeyStore(db), workspaceId: workspace, clock });
  const key = (await keys.ensure())!;
  const sessions = createSessions({ secret: Buffer.alloc(32, 7), generation: keys.generation, clock });
  const signIn = createSignIn({ keys, sessions, publicUrl: () => publicUrl, localSignIn });
  const live = createLive({ clock });
  engine.onChange(live.changed);
  const metrics = createMetrics();
  const logged: string[] = [];
  const runs = createRunStore(db);
  const log = pino({ level: "error" }, { write: (line: string) => void logged.push(line) });
  const inboxes = createInboxStore(db);
  const book = await openInboxBook({ store: inboxes, workspaceId: workspace });
  const heard = await openHeard({ store: inboxes, inboxIds: [], clock, log });
  const inboxDesk = createInboxDesk({
    book,
    heard,
    engine,
    connections: async () => [],
    findApp: (id) => apps.get(id),
    publicUrl: () => publicUrl,
    workspaceId: workspace,
    clock,
  });
  const lint = await openLintDesk({
    flows: engine.flows,
    references: createReferenceStore(db),
    store: createLintStore(db),
    reader: {
      app: () => null,
      operation: () => null,
      webhook: () => null,
      choosing: () => null,
      connection: async () => null,
      rows: async () => ({ rows: [] }),
      inboxes: async () => [],
    },
    workspaceId: workspace,
    clock,
    log,
  });
  const app = await buildApp({
    inboxDesk,
    lint,
    engine,
    signIn,
    live,
    clock,
    webFolder,
    workspaceId: workspace,
    version: "0.0.0",
    startedAt: clock.now(),
    publicUrl: () => publicUrl,
    replaysOf: (workspaceId, id) => runs.replaysOf(workspaceId, id),
    titles: house.knowledge,
    caller: house.caller,
    connections: { list: async () => [] },
    sandboxUrl: () => null,
    warnings: () => [],
    desk: { ...noDesk, ...desk },
    rotateKey: () => keys.rotate(),
    metricsPage: () => metrics.page({ engine, quotas: async () => [], lint: lint.totals }),
    storeProblem: storeProblem ?? (async () => null),
    log,
  });
  const close = async () => {
    await app.close();
    await engine.close(0);
    await db.close();
  };
  return { ...house, app, key, keys, sessions, live, clock, logged, close, workspaceId: workspace };
}

/** Headers of a program with the key, and of Millrace's own page. */
export const withKey = (key: string) => ({ authorization: `Bearer ${key}` });
export const fromPage = (cookie: string) => ({ host: "127.0.0.1:4400", cookie, "x-millrace": "1", "sec-fetch-site": "same-origin" });
