/**
 * Secrets of every kind that can be recognised are planted and used. Then they are looked for where none may be: in the log, in errors, in
 * every answer of the API, in exports, the audit, the files of the store and its backup, and in the memory of the idle process.
 */
import { execFile } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { createReadStream, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import Database from "better-sqlite3";
import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "#kernel/root.ts";
import { connect, installFlow, millraceProcess, post, runDetail, runsOf, until, type MillraceProcess } from "#test/support/millrace.ts";
import { localSandbox, type LocalSandbox } from "#test/support/sandbox.ts";
import { createSealer } from "#vault/seal.ts";

const random = () => randomBytes(24).toString("hex");
const secrets: Record<string, string> = {
  "SMTP password": random(),
  "metrics key": random(),
  "private integration token": `pit-${random()}`,
  "key in a header": random(),
  "basic password": random(),
  "webhook secret": random(),
  "account password": random(),
};
/** What the process needs at any time, as it was given by its settings: it stays in its memory, and nowhere else. */
const ofSettings = new Set(["SMTP password", "metrics key"]);

let millrace: MillraceProcess;
let local: LocalSandbox;
let echo: Server;
let echoUrl: string;
let cookie = "";
const answers: string[] = [];

/** As a page asks, with its cookie. Each answer is kept, to be looked through. */
async function ask<T = Record<string, never>>(method: string, path: string, body?: object, quiet = false): Promise<T> {
  const reply = await fetch(`${millrace.origin}/api/v1${path}`, {
    method,
    headers: { "x-millrace": "1", "sec-fetch-site": "same-origin", cookie, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const set = reply.headers.getSetCookie().map((one) => one.split(";", 1)[0]!);
  if (set.length > 0) {
    cookie = set.join("; ");
    for (const one of set) secrets[`cookie ${one.split("=")[0]}`] = one.slice(one.indexOf("=") + 1);
  }
  const text = await reply.text();
  if (!quiet) answers.push(`${method} ${path}: ${text}`);
  return (text.startsWith("{") ? JSON.parse(text) : {}) as T;
}

beforeAll(async () => {
  local = await localSandbox();
  // Tells whoever asks what they sent, as a badly made API does in its errors.
  echo = createServer((request, reply) => {
    const sent = JSON.stringify(request.headers);
    reply
      .writeHead(request.url === "/ok" ? 200 : 400, { "content-type": "application/json" })
      .end(JSON.stringify({ message: `refused: ${sent}` }));
  });
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  echoUrl = `http://127.0.0.1:${(echo.address() as AddressInfo).port}`;
  millrace = await millraceProcess({
    allow: [local.host, new URL(echoUrl).host],
    env: {
      MILLRACE_METRICS_KEY: secrets["metrics key"]!,
      SMTP_URL: `smtp://millrace:${secrets["SMTP password"]}@127.0.0.1:9`,
      MILLRACE_LOG_LEVEL: "trace",
    },
  });
  await millrace.start({ NODE_OPTIONS: `--heapsnapshot-signal=SIGUSR2 --diagnostic-dir=${millrace.folder}` });
  secrets["sealing key"] = readFileSync(join(millrace.folder, "data", "encryption.key"), "utf8").trim();
  secrets["API key of the workspace"] = millrace.headers()["authorization"]!.slice("Bearer ".length);
  await signInAndAddPeople();
  await useConnections();
  await readEverything();
});
afterAll(async () => {
  await millrace?.remove();
  await local?.close();
  echo?.close();
});

async function signInAndAddPeople(): Promise<void> {
  const password = secrets["account password"]!;
  const link = (await millrace.link()).split("#open=")[1]!;
  secrets["sign-in link"] = link;
  await ask("POST", "/session", { link });
  await ask("POST", "/account", { name: "Ada", email: "ada@example.com", password });
  const { secret } = await ask<{ secret: string }>("POST", "/account/second-factor/offer", undefined, true);
  secrets["seed of the second factor"] = secret;
  const code = new TOTP({ secret: Secret.fromBase32(secret) }).generate();
  const { recoveryCodes } = await ask<{ recoveryCodes: string[] }>("POST", "/account/second-factor", { secret, code, password }, true);
  secrets["recovery code"] = recoveryCodes[0]!;
  const invited = await ask<{ url: string }>("POST", "/invitations", { email: "bob@example.com", role: "viewer" }, true);
  secrets["invitation"] = invited.url.split("#invitation=")[1]!;
  const added = await ask<{ key: string }>("POST", "/api-keys", { name: "reports", role: "viewer" }, true);
  secrets["further API key"] = added.key;
  const { members } = await ask<{ members: { id: string }[] }>("GET", "/members");
  const reset = await ask<{ url: string }>("POST", `/members/${members[0]!.id}/reset-link`, undefined, true);
  secrets["reset link"] = reset.url.split("#reset=")[1]!;
}

async function useConnections(): Promise<void> {
  const oauth = local.sandbox.issueToken({ kind: "oauth", locationId: String(local.connection["locationId"]) });
  const { accessToken, refreshToken, clientId, clientSecret } = oauth;
  Object.assign(secrets, { "access token": accessToken, "refresh token": refreshToken, "client secret": clientSecret });
  const login = { accessToken, refreshToken, clientId, clientSecret, expiresAt: Date.now() + 86_400_000 };
  await connect(millrace, { ...local.connection, name: "oauth", auth: "oauth2", secret: login });
  const pit = { ...local.connection, name: "pit", baseUrl: echoUrl, secret: { token: secrets["private integration token"] } };
  const http = (name: string, auth: string, secret: object) => ({ name, app: "http", auth, baseUrl: echoUrl, secret });
  const others = [
    pit,
    http("key", "header", { token: secrets["key in a header"] }),
    http("basic", "basic", { username: "u", password: secrets["basic password"] }),
    http("signed", "token", { token: secrets["webhook secret"] }),
  ];
  const ids = [];
  for (const one of others) ids.push((await connect(millrace, one)).id);
  for (const id of ids) await ask("POST", `/connections/${id}/test`);
  await ask("POST", "/operations/contacts.search", { connection: "oauth", input: {} });
  await ask("POST", "/operations/contacts.search", { connection: "pit", input: {} });
  const requests = ["key", "basic", "signed"].map((connection) => ({
    id: connection,
    app: "http",
    operation: "post",
    connection,
    input: { url: "/ok", body: { n: "{{ trigger.n }}" } },
  }));
  const refused = { id: "refused", app: "http", operation: "post", connection: "basic", input: { url: "/no" } };
  const trigger = { app: "http", operation: "webhook", connection: "signed", input: { signature: "github" } };
  const { hookUrl } = await installFlow(millrace, { name: "Echo", trigger, steps: [...requests, refused] });
  const url = `${millrace.origin}${new URL(hookUrl).pathname}`;
  const body = JSON.stringify({ n: 1 });
  const signature = `sha256=${createHmac("sha256", secrets["webhook secret"]!).update(body).digest("hex")}`;
  expect((await post(url, body, { "x-hub-signature-256": signature })).status).toBe(202);
  expect((await post(url, body, { "x-hub-signature-256": "sha256=00" })).status).toBe(401);
  await until("the run has failed", 30_000, async () => (await runsOf(millrace, "&attention=true")).length === 1);
}

/** Every GET of the API that takes no ids of many kinds, and those of the flow and its run. */
async function readEverything(): Promise<void> {
  const document = await ask<{ paths: Record<string, object> }>("GET", "/openapi.json", undefined, true);
  const { flows } = await ask<{ flows: { id: string }[] }>("GET", "/flows");
  const run = (await runsOf(millrace))[0]!.id;
  answers.push(JSON.stringify(await runDetail(millrace, run)));
  const reads = Object.entries(document.paths).filter(([path, methods]) => "get" in methods && !path.includes("stream"));
  for (const [path] of reads) {
    const own = path
      .replace(/^\/api\/v1/, "")
      .replace("/flows/{id}", `/flows/${flows[0]!.id}`)
      .replace("/runs/{id}", `/runs/${run}`);
    if (!own.includes("{")) await ask("GET", own);
  }
}

const within = (text: string | Buffer, kinds = Object.entries(secrets)) =>
  kinds.filter(([, secret]) => text.includes(secret)).map(([kind]) => kind);

test("no secret is in an answer, an export, the audit or the log", () => {
  expect(answers.length).toBeGreaterThan(40);
  expect(answers.filter((text) => within(text).length > 0).map((text) => [text.slice(0, 300), within(text)])).toEqual([]);
  expect(within(millrace.log())).toEqual([]);
});

test("no secret is in the files of the store or its backup, which opens with the key and with no other", async () => {
  const data = join(millrace.folder, "data");
  const backup = join(millrace.folder, "backup");
  const bundle = join(packageRoot(), "dist", "millrace.js");
  const env = { ...process.env, MILLRACE_DATA: data };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [bundle, "backup", backup], { env });
  expect(within(stdout + stderr)).toEqual([]);
  const files = [data, backup].flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))));
  const found = files
    .filter((file) => statSync(file).isFile() && !/(api-key|encryption\.key)$/.test(file))
    .flatMap((file) => within(readFileSync(file)).map((kind) => [file, kind]));
  expect(files.length).toBeGreaterThan(2);
  expect(found).toEqual([]);
  const copy = new Database(join(backup, readdirSync(backup)[0]!), { readonly: true });
  const rows = copy.prepare("select connection_id as id, jwe from secrets").all() as { id: string; jwe: string }[];
  copy.close();
  const right = createSealer([Buffer.from(secrets["sealing key"]!, "base64")]);
  expect(JSON.stringify(await Promise.all(rows.map(({ id, jwe }) => right.open(id, jwe))))).toContain(secrets["basic password"]);
  const wrong = createSealer([randomBytes(32)]);
  for (const { id, jwe } of rows) await expect(wrong.open(id, jwe)).rejects.toMatchObject({ code: "SECRET_UNREADABLE" });
});

/** Longer than an opened secret is kept after its last use. */
const idleForMs = 35_000;

test("no secret but those of the settings is in the memory of the process once it is idle", async () => {
  await sleep(idleForMs);
  process.kill(millrace.pid, "SIGUSR2");
  const snapshot = () => readdirSync(millrace.folder).find((name) => name.endsWith(".heapsnapshot"));
  let size = -1;
  await until("the memory is written", 120_000, () => {
    const name = snapshot();
    const before = size;
    size = name === undefined ? -1 : statSync(join(millrace.folder, name)).size;
    return size > 0 && size === before;
  });
  const kinds = new Set<string>();
  let rest = "";
  for await (const part of createReadStream(join(millrace.folder, snapshot()!), { encoding: "latin1", highWaterMark: 1 << 22 })) {
    for (const kind of within(rest + String(part))) kinds.add(kind);
    rest = String(part).slice(-500);
  }
  expect([...kinds].filter((kind) => !ofSettings.has(kind))).toEqual([]);
});
