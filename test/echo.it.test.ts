import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isOpen } from "#catalog/login.ts";
import { loginKindNames } from "#catalog/logins/kinds.ts";
import type { Trigger } from "#engine/types/triggers.ts";
import { isObject } from "#kernel/json.ts";
import { inboxFolder, openHouse, until, type House } from "#test/support/inbox.ts";
import { drawn } from "#test/support/trials.ts";
import { firstWorkspaceId as workspaceId } from "#server/start/store.ts";

/** The login of these tests, with everything in it that some encoding treats in its own way. */
const secret = `s3cr+t/va "l='<&>~%2${"Zq"}\\x`;
const padded = `Bearer ${secret}`;
const hex = (byte: number) => byte.toString(16).padStart(2, "0");

/** Each way in which a system may spell what it was sent. */
const spellings: Record<string, (text: string) => string> = {
  "as it is": (text) => text,
  base64: (text) => Buffer.from(text).toString("base64"),
  "base64 within more": (text) => Buffer.from(`a${text}b`).toString("base64"),
  "base64 within still more": (text) => Buffer.from(`ab${text}cd`).toString("base64"),
  base64url: (text) => Buffer.from(`{"token":"${text}"}`).toString("base64url"),
  "percent-encoded": encodeURIComponent,
  "percent-encoded in small letters": (text) => encodeURIComponent(text).replace(/%../g, (code) => code.toLowerCase()),
  "percent-encoded as a whole": (text) => [...Buffer.from(text)].map((byte) => `%${hex(byte)}`).join(""),
  "percent-encoded twice": (text) => encodeURIComponent(encodeURIComponent(text)),
  "as an address": (text) => encodeURI(text),
  "as a form": (text) => new URLSearchParams({ a: text }).toString().slice(2),
  "base64, percent-encoded": (text) => encodeURIComponent(Buffer.from(text).toString("base64")),
  "escaped for JSON": (text) => JSON.stringify(text).slice(1, -1),
  "escaped for JSON twice": (text) => JSON.stringify(JSON.stringify(text)).slice(1, -1),
  "escaped for JSON as a whole": (text) => [...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
  "escaped for HTML": (text) =>
    text.replace(/[&<>"']/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[c]!),
  hex: (text) => Buffer.from(text).toString("hex"),
  HEX: (text) => Buffer.from(text).toString("hex").toUpperCase(),
};

type Answer = (res: ServerResponse, echo: string) => void;
const jsonHeaders = { "content-type": "application/json" };
/** Each place of an answer in which it may stand. */
const places: Record<string, Answer> = {
  "the body, as JSON": (res, echo) => res.writeHead(200, jsonHeaders).end(JSON.stringify({ ok: true, echo, [echo]: 1, list: [echo] })),
  "the body, as text": (res, echo) => res.writeHead(200, { "content-type": "text/plain" }).end(`You sent ${echo}.`),
  "the body, as bytes": (res, echo) =>
    res.writeHead(200, { "content-type": "application/octet-stream" }).end(Buffer.concat([Buffer.from([0, 255]), Buffer.from(echo)])),
  "the body, as wide characters": (res, echo) =>
    res.writeHead(200, { "content-type": "application/octet-stream" }).end(Buffer.from(echo, "utf16le")),
  "the id of the request": (res, echo) => res.writeHead(200, { ...jsonHeaders, "x-request-id": echo }).end("{}"),
  "the id of the trace": (res, echo) => res.writeHead(400, { ...jsonHeaders, "x-trace-id": echo }).end("{}"),
  "the status text": (res, echo) => res.writeHead(200, echo, jsonHeaders).end("{}"),
  "the status text of a refusal": (res, echo) => res.writeHead(400, echo, jsonHeaders).end("{}"),
  "the message of a refusal": (res, echo) => res.writeHead(422, jsonHeaders).end(JSON.stringify({ message: `No: ${echo}`, traceId: echo })),
  "the fields of a refusal": (res, echo) =>
    res.writeHead(422, jsonHeaders).end(JSON.stringify({ errors: [{ field: "email", message: echo }] })),
  "a refusal in text": (res, echo) => res.writeHead(400, { "content-type": "text/plain" }).end(echo),
  "a refusal in bytes": (res, echo) => res.writeHead(400, { "content-type": "image/png" }).end(Buffer.from(`\0${echo}`)),
  "the place it redirects to": (res, echo) => res.writeHead(301, { location: `https://x.example/?${encodeURI(echo)}` }).end(),
  "the host it redirects to": (res, echo) =>
    res.writeHead(301, { location: `https://${/^[\da-f]+$/i.test(echo) ? echo : "x"}.example/` }).end(),
};

interface Login {
  app: "http" | "highlevel" | "sightmill" | "desk";
  auth: string;
  secret: Record<string, string>;
  settings?: Record<string, string>;
  operation: string;
  input: Record<string, unknown>;
  /** What of the request is the login. */
  sent(req: IncomingMessage): string;
}
/** By which the target knows how to answer. */
const named = "case-{{ trigger.n }}";
const header = (name: string) => (req: IncomingMessage) => String(req.headers[name]);
const whole = { operation: "post", input: { url: "/", body: { note: named } } };
/** Each way an app can be logged in to. */
const logins: Record<string, Login> = {
  token: { app: "http", auth: "token", secret: { token: secret }, ...whole, sent: header("authorization") },
  "a bare token": { app: "http", auth: "token", secret: { token: secret }, ...whole, sent: (req) => header("authorization")(req).slice(7) },
  header: { app: "http", auth: "header", settings: { header: "X-Key" }, secret: { token: padded }, ...whole, sent: header("x-key") },
  query: {
    app: "http",
    auth: "query",
    secret: { token: secret },
    ...whole,
    sent: (req) => new URL(req.url!, "http://x").searchParams.get("api_key")!,
  },
  basic: { app: "http", auth: "basic", secret: { username: "ada", password: secret }, ...whole, sent: header("authorization") },
  password: {
    app: "http",
    auth: "basic",
    secret: { username: "ada", password: secret },
    ...whole,
    sent: (req) => Buffer.from(header("authorization")(req).slice(6), "base64").toString().slice(4),
  },
  oauth2: {
    app: "highlevel",
    auth: "oauth2",
    secret: { accessToken: secret },
    operation: "contacts.update",
    input: { contactId: "c1", firstName: named },
    sent: (req) => header("authorization")(req).slice(7),
  },
  client: {
    app: "desk",
    auth: "client",
    secret: { clientId: "ada", clientSecret: "not sent here", accessToken: secret },
    operation: "notes.add",
    input: { note: named },
    sent: (req) => header("authorization")(req).slice(7),
  },
  url: {
    app: "sightmill",
    auth: "url",
    secret: {},
    operation: "add_contact",
    input: { email: "ada@example.com", firstname: named },
    sent: (req) => req.url!.slice(1),
  },
};

test("every kind of login is among those that are said back", () => {
  const tried = new Set(Object.values(logins).map(({ auth }) => auth));
  expect([...tried].sort()).toEqual(loginKindNames.filter((kind) => !isOpen(kind)).sort());
});

/** One for each place: a sub-account has so many requests in ten seconds. */
const connectionOf = (login: number, place: number) => `login-${login}-${place}`;

/** Every string in a value, names included. */
function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (Array.isArray(value)) for (const item of value) yield* stringsIn(item);
  else if (isObject(value)) for (const [name, member] of Object.entries(value)) yield* [name, ...stringsIn(member)];
}

describe("a login that the other side says back", () => {
  const { folder, remove } = inboxFolder();
  const logged: string[] = [];
  const cases = Object.entries(logins).flatMap(([loginName, login], i) =>
    Object.entries(places).flatMap(([placeName, place], j) =>
      Object.entries(spellings).map(([spelling, spell]) => ({
        what: `${loginName}, ${spelling}, in ${placeName}:`,
        placeName,
        place,
        spell,
        login,
        connection: connectionOf(i, j),
      })),
    ),
  );
  /** What was said back, by the number of the case. */
  const echoes = new Map<number, string>();
  let house: House;
  const server = createServer((req, res) => {
    let body = "";
    req.on("data", (chunk) => (body += String(chunk)));
    req.on("end", () => {
      const n = Number(/case-(\d+)/.exec(body)![1]);
      const { place, spell, login } = cases[n]!;
      const echo = spell(login.sent(req));
      echoes.set(n, echo);
      try {
        place(res, echo);
      } catch {
        res.writeHead(200, jsonHeaders).end("{}"); // this spelling cannot stand in a header
      }
    });
  });

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const log = pino({ level: "trace" }, { write: (line: string) => void logged.push(line) });
    house = await openHouse(folder, false, undefined, { env: { MILLRACE_ALLOW_PRIVATE_HOSTS: `127.0.0.1:${port}` }, log });
    const baseUrl = `http://127.0.0.1:${port}`;
    await house.api("PUT", "/apps/desk", {
      title: "Desk",
      baseUrl,
      auth: [{ kind: "client", title: "Client", tokenUrl: `${baseUrl}/token`, tokenPath: "/token" }],
      operations: [
        { id: "notes.add", title: "Add a note", effect: "create", method: "POST", path: "/", input: [{ name: "note", in: "body" }] },
      ],
    });
    for (const [i, { app, auth, secret: login, settings }] of Object.values(logins).entries())
      for (const j of Object.keys(places).keys())
        await house.millrace.vault.connect(workspaceId, {
          name: connectionOf(i, j),
          app,
          auth: auth as "token",
          secret: auth === "url" ? { add_contact: `${baseUrl}/${encodeURIComponent(secret)}` } : login,
          ...(auth !== "url" && { baseUrl }),
          ...(app === "highlevel" && { locationId: `loc-${j}`, companyId: "co" }),
          ...(settings && { settings }),
        });
  });
  afterAll(async () => {
    await house.millrace.close();
    server.closeAllConnections();
    server.close();
    remove();
  });

  const clean = (value: unknown, what: string, echo: string) => {
    for (const text of stringsIn(value)) if (text.includes(echo)) expect.fail(`${what} shows ${echo} in ${text}`);
  };

  test("is masked in what a call returns, for every kind of login, place and spelling", async () => {
    let masked = 0;
    let dropped = 0;
    for (const [n, { what, placeName, connection, login }] of cases.entries()) {
      const { app, operation } = login;
      const input = JSON.parse(JSON.stringify(login.input).replace("{{ trigger.n }}", String(n))) as object;
      const { body } = await house.api("POST", `/operations/${app}.${operation}`, { connection, input });
      expect(echoes.get(n), `${what} ${JSON.stringify(body)}`).toBeDefined();
      clean(body, what, echoes.get(n)!);
      const text = JSON.stringify(body);
      if (text.includes("[secret]")) masked++;
      if (text.includes("dropped because")) dropped++;
      if (placeName === "the body, as bytes") expect(text, what).toContain("dropped because");
      if (placeName === "the body, as JSON" || placeName === "the message of a refusal") expect(text, what).toContain("[secret]");
    }
    expect([masked > 500, dropped > 200]).toEqual([true, true]);
  });

  test("is in no run, no file of the store and no line of the log", async () => {
    const { engine } = house.millrace;
    echoes.clear();
    const triggers = new Map<string, Trigger>();
    for (const { connection, login } of cases) {
      if (triggers.has(connection)) continue;
      const { app, operation, input } = login;
      const flow = await engine.flows.create(workspaceId, {
        name: connection,
        trigger: { app: "http", operation: "webhook" },
        steps: [{ id: "ask", app, operation, connection, input }],
      });
      triggers.set(connection, await engine.flows.trigger(await engine.flows.publish(workspaceId, flow.id)));
    }
    // What a call returns was looked at for each of them; here it is about where a run leaves something.
    const tried = drawn([...cases.entries()], 0.5);
    const ids = await Promise.all(
      tried.map(async ([n, { connection }]) => (await engine.accept(triggers.get(connection)!, { n })).runIds[0]!),
    );
    await until(
      "all runs rest",
      () => engine.counts(workspaceId, {}),
      ({ queued, running, waiting }) => queued + running + waiting === 0,
    );
    for (const [i, [n, { what }]] of tried.entries()) clean((await house.api("GET", `/runs/${ids[i]}`)).body, what, echoes.get(n)!);
    expect(echoes.size).toBe(tried.length);
    expect(logged.length).toBeGreaterThan(0);
    const files = readdirSync(join(folder, "data")).filter((name) => name.startsWith("millrace.db"));
    const stored = [...logged, ...files.map((name) => readFileSync(join(folder, "data", name), "latin1"))];
    const kept = new Set([secret, padded, ...echoes.values()]);
    for (const text of stored)
      for (const echo of kept) if (text.includes(echo)) expect.fail(`kept ${echo}: ${text.slice(text.indexOf(echo) - 200).slice(0, 400)}`);
  });
});
