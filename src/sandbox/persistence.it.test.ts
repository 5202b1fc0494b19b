import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Clock, systemClock, TestClock } from "#kernel/clock.ts";
import { packageRoot } from "#kernel/root.ts";
import { acmeDental } from "./defaults.ts";
import { openSandbox, type Sandbox, type SandboxOptions } from "./index.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "millrace-sandbox-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (more: Partial<SandboxOptions> = {}) =>
  openSandbox({ clock: systemClock, file: join(folder, "sandbox.db"), indexLagMs: 0, ...more });
const asText = (sandbox: Sandbox) => {
  const { state } = sandbox;
  const tables = {
    contacts: state.contacts,
    notes: state.notes,
    tasks: state.tasks,
    tags: state.tags,
    fields: state.customFields,
    graves: state.graves,
    businesses: state.businesses,
  };
  return Object.fromEntries(
    Object.entries(tables).map(([name, table]) => [
      name,
      table
        .all()
        .map((row) => JSON.stringify(row))
        .toSorted(),
    ]),
  );
};
const call = async (sandbox: Sandbox, token: string, method: "GET" | "POST" | "PUT" | "DELETE", url: string, payload?: object) => {
  const reply = await sandbox.app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${token}`, version: "2021-07-28" },
    ...(payload && { payload }),
  });
  return { status: reply.statusCode, body: reply.json<Record<string, unknown>>() };
};

test("a sandbox opened again knows everything: records, logins, keys, addresses, faults", async () => {
  const first = await open();
  const pit = first.issueToken({ locationId: acmeDental });
  const login = first.issueToken({ kind: "oauth", locationId: acmeDental });
  first.seedContacts(50);
  const { body } = await call(first, pit.accessToken, "POST", "/contacts/", {
    locationId: acmeDental,
    email: "ada@example.com",
    tags: ["kept"],
  });
  const id = String((body.contact as { id: string }).id);
  await call(first, pit.accessToken, "POST", `/contacts/${id}/notes`, { body: "kept" });
  await call(first, pit.accessToken, "DELETE", `/contacts/${first.state.contacts.inLocation(acmeDental)[3]!.id}`);
  first.faults.set({ kind: "webhook_lost", count: 3 });
  first.sightmill.setUrl("http://127.0.0.1:4400/hooks/x");
  const before = { state: asText(first), key: first.webhookKey, paths: first.sightMillPaths(), faults: first.faults.list() };
  await first.close();

  const second = await open();
  expect({ state: asText(second), key: second.webhookKey, paths: second.sightMillPaths(), faults: second.faults.list() }).toEqual(before);
  expect(second.sightmill.url).toBe("http://127.0.0.1:4400/hooks/x");
  expect((await call(second, pit.accessToken, "GET", `/contacts/${id}`)).status).toBe(200);
  expect((await call(second, login.accessToken, "GET", `/contacts/${id}`)).status).toBe(200);
  // An id that was given is not given again.
  const made = await call(second, pit.accessToken, "POST", "/contacts/", { locationId: acmeDental, email: "new@example.com" });
  expect(before.state.contacts!.some((text) => text.includes(String((made.body.contact as { id: string }).id)))).toBe(false);
  await second.close();
});

test("the file is its owner's alone, and its folder is made", async () => {
  const file = join(folder, "new", "sandbox.db");
  await (await open({ file })).close();
  expect(statSync(file).mode & 0o077).toBe(0);
});

test("no secret is in the file but the signing keys and the app's own", async () => {
  const sandbox = await open();
  const { accessToken } = sandbox.issueToken({ locationId: acmeDental });
  const login = sandbox.issueToken({ kind: "oauth", locationId: acmeDental });
  await sandbox.close();
  const bytes = readFileSync(join(folder, "sandbox.db")).toString("latin1");
  for (const secret of [accessToken, login.accessToken, login.refreshToken!]) expect(bytes.includes(secret)).toBe(false);
});

test("a webhook that waits for its retry is sent after a restart", async () => {
  const posted: string[] = [];
  let answered = () => {};
  const tried = new Promise<void>((resolve) => (answered = resolve));
  const first = await open({ post: async () => (answered(), 429) });
  first.setWebhook({ url: "http://127.0.0.1:9/hook" });
  const { accessToken } = first.issueToken({ locationId: acmeDental });
  await call(first, accessToken, "POST", "/contacts/", { locationId: acmeDental, email: "ada@example.com" });
  await tried;
  await first.close();

  const later: Clock = { ...systemClock, now: () => Date.now() + 11 * 60_000 };
  const second = await open({ clock: later, post: async (_url, { body }) => (posted.push(body), 200) });
  const types = () => posted.map((body) => (JSON.parse(body) as { type: string }).type);
  await expect.poll(types, { timeout: 30_000 }).toEqual(["ContactCreate"]);
  await second.close();
});

test("whatever was answered is there after the process was killed", async () => {
  const file = join(folder, "sandbox.db");
  const script = `
    import { openSandbox } from "${packageRoot()}/src/sandbox/index.ts";
    import { systemClock } from "${packageRoot()}/src/kernel/clock.ts";
    const sandbox = await openSandbox({ clock: systemClock, file: ${JSON.stringify(file)}, quota: { burst: 1e9 } });
    const { accessToken } = sandbox.issueToken({ locationId: "${acmeDental}" });
    for (let i = 0; ; i++) {
      const reply = await sandbox.app.inject({ method: "POST", url: "/contacts/", headers: { authorization: "Bearer " + accessToken, version: "2021-07-28" },
        payload: { locationId: "${acmeDental}", email: "k" + i + "@example.com" } });
      process.stdout.write(reply.json().contact.id + "\\n");
    }`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    cwd: packageRoot(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (part: Buffer) => {
      said += part.toString();
      if (said.split("\n").length > 300) child.kill("SIGKILL");
    });
    child.on("exit", () => resolve());
  });
  const answered = said.split("\n").slice(0, -1);
  const sandbox = await open();
  expect(answered.length).toBeGreaterThanOrEqual(300);
  expect(answered.filter((id) => !sandbox.state.contacts.get(id))).toEqual([]);
  await sandbox.close();
});

test("a message that is scheduled leaves after a restart", async () => {
  const clock = new TestClock();
  const sent: string[] = [];
  const post = async (_url: string, { body }: { body: string }) => {
    sent.push((JSON.parse(body) as { type: string }).type);
    return 200;
  };
  const first = await open({ clock, post });
  first.setWebhook({ url: "http://127.0.0.1:9/hook" });
  const { accessToken } = first.issueToken({ locationId: acmeDental });
  const contactId = first.state.contacts.inLocation(acmeDental)[3]!.id;
  const message = { type: "SMS", message: "Later", contactId, scheduledTimestamp: clock.now() / 1000 + 3600 };
  await call(first, accessToken, "POST", "/conversations/messages", message);
  await first.close();
  await clock.advance(1000);
  const second = await open({ clock, post });
  expect(sent).toEqual([]);
  await clock.advance(3_600_000);
  expect(sent).toEqual(["OutboundMessage"]);
  await second.close();
});

test("requests counted today are counted after a restart: the vendor does not forget them either", async () => {
  const clock = new TestClock();
  const first = await open({ clock });
  const { accessToken } = first.issueToken({ locationId: acmeDental });
  const left = async (sandbox: Sandbox) => {
    const headers = { authorization: `Bearer ${accessToken}`, version: "2021-07-28" };
    const reply = await sandbox.app.inject({ method: "GET", url: `/contacts/?locationId=${acmeDental}`, headers });
    return Number(reply.headers["x-ratelimit-daily-remaining"]);
  };
  const before = [await left(first), await left(first)];
  await first.close();
  const second = await open({ clock });
  expect(await left(second)).toBe(before[1]! - 1);
  await second.close();
});
