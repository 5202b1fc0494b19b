import { expect, test } from "vitest";
import { sampleChange, type ChangeWriter } from "#test/contracts/change-store.contract.ts";
import { TestClock } from "#kernel/clock.ts";
import { ChangeLog, createChangeStore } from "./changes.ts";
import { sampleAccount, sampleMember } from "#test/contracts/account-store.contract.ts";
import { sampleKey } from "#test/contracts/api-key-store.contract.ts";
import { sampleSession } from "#test/contracts/session-store.contract.ts";
import { definition, sampleFlow } from "#test/contracts/flow-store.contract.ts";
import { sampleTrigger } from "#test/contracts/trigger-store.contract.ts";
import { createAccountStore } from "./account-store.ts";
import { createApiKeyStore } from "./api-keys.ts";
import { createPartStore } from "./part-store.ts";
import { createAppStore } from "./app-store.ts";
import { openSqlite, type Db } from "./database.ts";
import { createFlowStore } from "./flow-store.ts";
import { createInboxStore } from "./inbox-store.ts";
import { createPrivateHostStore } from "./private-host-store.ts";
import { createSessionStore } from "./sessions.ts";
import { createTriggerStore } from "./trigger-store.ts";
import { createVaultStore } from "./vault-store.ts";

const writer = (db: Db, clock: TestClock, process: string, shared = true): ChangeWriter => {
  const log = new ChangeLog(db, { clock, process, shared });
  return { store: createChangeStore(db, log), write: (work) => log.write((_, note) => work(note)), onCommit: log.onCommit };
};

test("where one process has the store to itself, what only others need to know is not written", async () => {
  const db = await openSqlite({ file: ":memory:" });
  const { store } = writer(db, new TestClock(), "one", false);
  await store.add([sampleChange("a"), sampleChange("b", { what: null })]);
  expect((await store.after(0, 9)).map(({ id }) => id)).toEqual(["a"]);
  await db.close();
});

test("whoever changes a record is in the list of changes, with what they did and what it was called", async () => {
  const db = await openSqlite({ file: ":memory:" });
  const apps = createAppStore(db);
  const parts = createPartStore(db);
  const flows = createFlowStore(db);
  const triggers = createTriggerStore(db);
  const inboxes = createInboxStore(db);
  const hosts = createPrivateHostStore(db);
  const sessions = createSessionStore(db);
  const keys = createApiKeyStore(db);
  const vault = createVaultStore(db);
  const inbox = { id: "i", workspaceId: "ws_1", app: "a", name: "main", title: "Main", token: "t", createdAt: 1, flows: null };
  const login = {
    id: "c",
    workspaceId: "ws_1",
    name: "acme",
    title: "Acme",
    app: "http",
    auth: "none" as const,
    createdAt: 1,
    updatedAt: 1,
  };
  const hash = "0123456789abcdef";

  const desk = { workspaceId: "ws_1", name: "desk", definition: "{}", operations: 0, triggers: 0, now: 1 };
  await apps.put(desk, "me");
  await apps.put(desk, "me");
  await apps.remove("ws_1", "desk", "me");
  await apps.remove("ws_1", "desk", "me");
  const tag = { workspaceId: "ws_1", kind: "rule", name: "score-tag", title: "Score to tag", now: 1, by: "me" } as const;
  await parts.put({ ...tag, definition: "1" });
  await parts.put({ ...tag, definition: "1" });
  await parts.put({ ...tag, definition: "2" });
  await parts.put({ ...tag, definition: "3", replaces: 1 });
  await parts.remove(tag);
  await parts.remove(tag);
  await flows.insert(sampleFlow("f"), sampleTrigger("t", { flowId: "f", token: "old" }), "me");
  await flows.saveDraft("ws_1", "f", { draft: definition("New"), name: "New", now: 2, by: "me" });
  await flows.publish("ws_1", "f", { version: 1, definition: definition("New"), now: 2, by: "me" });
  await flows.update("ws_1", "f", { status: "off" }, "me");
  await flows.update("ws_1", "f", { status: "on" }, "me");
  await triggers.update("ws_1", "t", { active: true });
  await triggers.update("ws_1", "t", { nextAt: 9, lastAt: 8 });
  await triggers.update("ws_1", "t", { token: "new" }, "me");
  await flows.delete("ws_1", "f", "me");
  await flows.update("ws_1", "f", { status: "off" }, "me");
  await inboxes.insert({ ...inbox, registration: null, publicKey: null, legacy: false, legacyKey: null, senders: null }, "me");
  await inboxes.update("ws_1", "i", { title: "Other" }, "me");
  await inboxes.update("ws_1", "i", { token: "t2" }, "me");
  await inboxes.delete("ws_1", "i", "me");
  await vault.insert({ ...login, status: "untested" }, { connectionId: "c", jwe: "x", version: 1, updatedAt: 1 }, "me");
  await vault.update("ws_1", "c", { status: "connected", lastUsedAt: 2 });
  await vault.update("ws_1", "c", { status: "connected", lastUsedAt: 3 });
  await vault.update("ws_1", "c", { title: "Acme 2" }, "me");
  await vault.swap("ws_1", "c", 1, "y", 4);
  await vault.delete("ws_1", "c", 5, "me");
  await keys.replace(sampleKey("k1"));
  await keys.replace(sampleKey("k2"), "me");
  await sessions.add(sampleSession(hash));
  await sessions.touch(hash, 2);
  await sessions.remove([hash]);
  await hosts.add("ws_1", "erp.lan", 1, "me");
  await hosts.remove("ws_1", "erp.lan", "me");

  const rows = await createChangeStore(db).history("ws_1", { after: 0, limit: 99 });
  expect(rows.map(({ kind, id, name, what, by }) => [kind, id, name, what, by].join(" "))).toEqual([
    "app desk desk created me",
    "app desk desk changed me",
    "app desk desk removed me",
    "rule score-tag Score to tag created me",
    "rule score-tag Score to tag changed me",
    "rule score-tag Score to tag removed me",
    "flow f Flow f created me",
    "flow f New saved me",
    "flow f New published me",
    "flow f New paused me",
    "flow f New resumed me",
    "trigger f New address changed me",
    "flow f New deleted me",
    "inbox i main added me",
    "inbox i main changed me",
    "inbox i main address changed me",
    "inbox i main removed me",
    "connection c acme added me",
    "connection c acme connected ",
    "connection c acme changed me",
    "connection c acme removed me",
    "api_key k1 mr_k1 created ",
    "api_key k2 mr_k2 replaced me",
    "session 0123456789ab  signed in ",
    "session 0123456789ab  signed out ",
    "private_host erp.lan erp.lan allowed me",
    "private_host erp.lan erp.lan removed me",
  ]);
  await db.close();
});

test("a second factor that was replaced meanwhile is not sealed again, and no process reads the accounts for it", async () => {
  const db = await openSqlite({ file: ":memory:" });
  const log = new ChangeLog(db, { clock: new TestClock(), process: "one", shared: true });
  const accounts = createAccountStore(db, log);
  const changes = createChangeStore(db, log);
  await accounts.addOwner(sampleAccount("ann"), sampleMember("ann"));
  await accounts.setTotp("ann", { jwe: "sealed", step: 1, recoveryHashes: [] }, "me");
  const seq = await changes.newest();
  await accounts.reseal("ann", "an earlier one", "sealed again");
  expect(await changes.newest()).toBe(seq);
  await accounts.reseal("ann", "sealed", "sealed again");
  expect(await changes.newest()).toBe(seq + 1);
  await db.close();
});
