/** The sealing key is rotated while runs go on: none fails, and afterwards the old key is of no use. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { Client } from "pg";
import pino from "pino";
import { expect, test } from "vitest";
import type { ConnectionView, FlowDetail, RunList } from "#api/schemas.ts";
import { dataFiles } from "#server/start/data-folder.ts";
import { startMillrace, type Millrace } from "#server/start/millrace.ts";
import { readServerSettings } from "#server/start/settings.ts";
import { post, until } from "#test/support/millrace.ts";
import { freshDatabase } from "#test/support/postgres/fresh.ts";
import { localSandbox } from "#test/support/sandbox.ts";

const log = pino({ level: "silent" });
/** More than are sealed at once. */
const connections = 60;
const flows = 5;
const mostOfFlow = 30;
const newKey = () => randomBytes(32).toString("base64");

/** The rows of a store, changed behind the back of Millrace. */
interface Rows {
  /** The setting by which Millrace finds them. */
  env: Record<string, string>;
  sealed(): Promise<{ id: string; jwe: string }[]>;
  put(rows: { id: string; jwe: string }[]): Promise<void>;
}

const stores: Record<string, (folder: string) => Promise<Rows>> = {
  async SQLite(folder) {
    const within = <T>(work: (db: Database.Database) => T): T => {
      const db = new Database(dataFiles(folder).store);
      try {
        return work(db);
      } finally {
        db.close();
      }
    };
    const update = "update secrets set jwe = ? where connection_id = ?";
    return {
      env: {},
      sealed: async () => within((db) => db.prepare("select connection_id as id, jwe from secrets").all() as { id: string; jwe: string }[]),
      put: async (rows) => within((db) => db.transaction(() => rows.forEach(({ id, jwe }) => db.prepare(update).run(jwe, id)))()),
    };
  },
  async PostgreSQL() {
    const url = await freshDatabase();
    const within = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
      const client = new Client({ connectionString: url });
      await client.connect();
      try {
        return await work(client);
      } finally {
        await client.end();
      }
    };
    return {
      env: { DATABASE_URL: url },
      sealed: () => within(async (client) => (await client.query("select connection_id as id, jwe from secrets")).rows),
      put: (rows) =>
        within(async (client) => {
          for (const { id, jwe } of rows) await client.query("update secrets set jwe = $1 where connection_id = $2", [jwe, id]);
        }),
    };
  },
};

test.each(Object.entries(stores))(
  "on %s a key is rotated under load with no failed run, and the old key can then be forgotten",
  async (_, open) => {
    const local = await localSandbox();
    const folder = mkdtempSync(join(tmpdir(), "millrace-rotation-"));
    const rows = await open(folder);
    const settings = { MILLRACE_DATA: folder, MILLRACE_PORT: "0", MILLRACE_ALLOW_PRIVATE_HOSTS: local.host, ...rows.env };
    const start = (env: Record<string, string>): Promise<Millrace> =>
      startMillrace(readServerSettings({ ...settings, ...env }), { log, sandbox: false });
    const [older, newer] = [newKey(), newKey()];
    let millrace = await start({ MILLRACE_ENCRYPTION_KEY: older });
    const api = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
      const authorization = `Bearer ${readFileSync(dataFiles(folder).apiKey, "utf8").trim()}`;
      const reply = await fetch(`${millrace.localUrl}/api/v1${path}`, {
        method,
        headers: { authorization, ...(body !== undefined && { "content-type": "application/json" }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      expect(reply.status, `${method} ${path}`).toBeLessThan(300);
      return (await reply.json()) as T;
    };
    /** A flow that uses four logins of its own. */
    const flow = async (n: number): Promise<string> => {
      const steps = [0, 1, 2, 3].map((i) => ({
        id: `make${i}`,
        app: "highlevel",
        operation: "contacts.create",
        connection: `acme-${n * 4 + i}`,
        input: { email: `n{{ trigger.n }}of${n}-${i}@rotation.example` },
      }));
      const { id } = await api<FlowDetail>("POST", "/flows", { name: `Leads ${n}`, trigger: { app: "http", operation: "webhook" }, steps });
      const { trigger } = await api<FlowDetail>("POST", `/flows/${id}/publish`, { force: true });
      return new URL(trigger.hookUrl!).pathname;
    };
    const finished = async () => (await api<RunList>("GET", "/runs?state=succeeded&limit=200")).runs.length;
    try {
      for (let i = 0; i < connections; i++) await api("POST", "/connections?verify=false", { ...local.connection, name: `acme-${i}` });
      const hooks = [];
      for (let n = 0; n < flows; n++) hooks.push(await flow(n));
      const sealedByOlder = await rows.sealed();

      await millrace.close();
      millrace = await start({ MILLRACE_ENCRYPTION_KEY: `${newer},${older}` });
      await until("all are sealed anew after the start", 30_000, async () => (await millrace.vault.reseal()) === 0);
      expect((await rows.sealed()).filter(({ jwe }) => sealedByOlder.some((before) => before.jwe === jwe))).toEqual([]);
      // From here on each login is opened for the first time, while it is sealed anew again and again.
      let [sent, isOver] = [0, false];
      const send = async (hook: string) => {
        for (let n = 0; n === 0 || (n < mostOfFlow && !isOver); n++, sent++)
          expect((await post(`${millrace.localUrl}${hook}`, { n })).status).toBe(202);
      };
      const sending = Promise.all(hooks.map(send));
      for (let round = 0; round < 3; round++) {
        await rows.put(sealedByOlder);
        expect(await millrace.vault.reseal()).toBe(connections);
      }
      isOver = true;
      await sending;
      await until("all runs have ended", 60_000, async () => (await finished()) === sent);
      expect((await api<RunList>("GET", "/runs?attention=true")).runs).toEqual([]);

      await millrace.close();
      millrace = await start({ MILLRACE_ENCRYPTION_KEY_COMMAND: `node -p "'${newer}'"` });
      const { connections: all } = await api<{ connections: ConnectionView[] }>("GET", "/connections");
      for (const i of [0, 30, connections - 1]) {
        const { id } = all.find(({ name }) => name === `acme-${i}`)!;
        expect(await api<{ ok: boolean }>("POST", `/connections/${id}/test`)).toMatchObject({ ok: true });
      }
    } finally {
      await millrace.close();
      await local.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
