/** Webhooks of an app of the workspace that prove themselves with a secret of its login, and make sure of an address in ways of their own. */
import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Capture, FlowDetail, LintView } from "#api/schemas.ts";
import { firstWorkspaceId as workspaceId } from "#server/start/store.ts";
import { inboxFolder, openHouse, type House } from "./support/inbox.ts";

let house: House;
let url: string;
let flowId: string;
const { folder, remove } = inboxFolder();
const secret = "sign-me";

beforeAll(async () => {
  house = await openHouse(folder, false);
});
afterAll(async () => {
  await house.millrace.close();
  remove();
});

const definition = (webhooks: unknown) => ({
  title: "Helpdesk",
  baseUrl: "https://helpdesk.example.com",
  auth: [
    {
      kind: "header",
      title: "API key",
      header: "X-Key",
      fields: [
        { name: "token", in: "secret", label: "API key", required: true },
        { name: "signingSecret", in: "secret", label: "Signing secret" },
      ],
    },
  ],
  webhooks,
  triggers: [{ id: "ticket.created", title: "Ticket Created", key: ["id"], example: { id: "t_1" } }],
});
const fromLogin = { login: "signingSecret" };
const put = (webhooks: unknown) =>
  house.send("PUT", "/apps/helpdesk", JSON.stringify(definition(webhooks)), { "content-type": "application/json" });
const connect = (name: string, login: Record<string, string>) =>
  house.millrace.vault.connect(workspaceId, { name, app: "helpdesk", auth: "header", secret: { token: "k", ...login } });
const post = (headers: Record<string, string>, body: unknown, query = "") =>
  fetch(`${url}${query}`, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) });

async function flowWith(connection: string | undefined): Promise<FlowDetail> {
  const trigger = { app: "helpdesk", operation: "ticket.created", ...(connection !== undefined && { connection }) };
  const steps = [{ id: "seen", format: { id: "{{ trigger.id }}" } }];
  return (await house.api<FlowDetail>("POST", "/flows", { name: `With ${connection}`, trigger, steps })).body;
}

beforeAll(async () => {
  await put({ verify: { kind: "signature", signature: "github", secret: fromLogin } });
  await connect("desk", { signingSecret: secret });
  await connect("bare", {});
  const flow = await flowWith("desk");
  flowId = flow.id;
  url = flow.trigger.hookUrl!;
  await house.api("POST", `/flows/${flowId}/publish`, {});
});

const sign = (body: unknown, key = secret) => createHmac("sha256", key).update(JSON.stringify(body)).digest("hex");

describe("a flow of an app that signs", () => {
  test("needs only the connection: the way of signing is the app's", async () => {
    const { body } = await house.api<FlowDetail>("GET", `/flows/${flowId}`);
    expect(body.trigger.proof).toBe("Helpdesk signs its events as GitHub does. They are checked with the secret of the connection 'desk'.");
    const event = { id: "a" };
    expect((await post({ "x-hub-signature-256": `sha256=${sign(event)}` }, event)).status).toBe(202);
    expect((await post({ "x-hub-signature-256": `sha256=${sign(event, "other")}` }, event)).status).toBe(401);
    expect((await post({}, event)).status).toBe(401);
  });

  test("that names no connection cannot be published, and one whose login lacks the secret is found by its check", async () => {
    const none = await flowWith(undefined);
    expect(none.problems).toEqual([
      {
        at: "trigger.connection",
        problem: "Helpdesk signs its events as GitHub does; name the connection for it",
        where: expect.anything(),
      },
    ]);
    const bare = await flowWith("bare");
    const { body } = await house.api<LintView>("POST", `/flows/${bare.id}/lint`);
    expect(body.findings.map(({ level, problem }) => `${level}: ${problem}`)).toEqual([
      "error: the login of 'bare' has no Signing secret, by which the events of Helpdesk are checked: all of them are refused",
    ]);
    for (const { id } of [none, bare]) await house.api("DELETE", `/flows/${id}`);
  });

  test("checks as the flow says where that says how", async () => {
    const { body } = await house.api<FlowDetail>("GET", `/flows/${flowId}`);
    const { signature: _, ...own } = { ...body.definition.trigger, signature: null };
    const trigger = { ...own, input: { signature: { header: "X-Mine" } } };
    await house.api("PUT", `/flows/${flowId}`, { ...body.definition, trigger });
    expect((await house.api("POST", `/flows/${flowId}/publish`, {})).status).toBe(200);
    const event = { id: "own way" };
    expect((await post({ "x-mine": sign(event) }, event)).status).toBe(202);
    expect((await post({ "x-hub-signature-256": `sha256=${sign(event)}` }, event)).status).toBe(401);
    await house.api("PUT", `/flows/${flowId}`, body.definition);
    await house.api("POST", `/flows/${flowId}/publish`, {});
  });
});

test("a secret in a header, in the query or as a password is checked, and is no part of the event", async () => {
  const token = { kind: "token", in: "header", name: "X-Desk-Word", prefix: "Word ", secret: fromLogin };
  await put({ verify: token });
  expect((await post({ "x-desk-word": `Word ${secret}`, "x-desk-kind": "new" }, { id: "h" })).status).toBe(202);
  expect((await post({ "x-desk-word": secret }, { id: "h2" })).status).toBe(401);
  await put({ verify: { ...token, in: "query", name: "word", prefix: "" } });
  expect((await post({}, { id: "q" }, `?word=${secret}&kind=new`)).status).toBe(202);
  expect((await post({}, { id: "q2" }, "?word=guess")).status).toBe(401);
  await put({ verify: { kind: "basic", user: "desk", secret: fromLogin } });
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });
  expect((await post(basic(`desk:${secret}`), { id: "b" })).status).toBe(202);
  expect((await post(basic(`else:${secret}`), { id: "b2" })).status).toBe(401);
  const runs = await house.millrace.engine.runs(workspaceId, { flowId }, { limit: 10 });
  const events = await Promise.all(runs.map(async ({ id }) => (await house.millrace.engine.run(workspaceId, id)).event.payload));
  expect(events).toContainEqual({ id: "h", _headers: { "x-desk-kind": "new" } });
  expect(events).toContainEqual({ id: "q", _query: { kind: "new" } });
  expect(JSON.stringify(events)).not.toContain(secret);
});

describe("an app makes sure of an address", () => {
  beforeEach(async () => {
    const verify = { kind: "signature", signature: { header: "X-Sign" }, secret: fromLogin };
    const challenges = [
      { when: { in: "query", name: "check" }, answer: { as: "text" } },
      { when: { in: "body", name: "kind", value: "hello" }, text: { in: "body", name: "word" }, answer: { as: "json", member: "echo" } },
      {
        when: { in: "body", name: "event", value: "validate" },
        text: { in: "body", name: "plain" },
        answer: { as: "json", member: "plain", signature: { member: "signed", encoding: "base64" } },
      },
    ];
    await put({ verify, challenges });
  });

  test("by a GET whose query is echoed; any other GET is refused", async () => {
    const reply = await fetch(`${url}?check=123`);
    expect([reply.status, await reply.text()]).toEqual([200, "123"]);
    expect((await fetch(`${url}?other=1`)).status).toBe(405);
  });

  test("by a body that is echoed as JSON, before there is a secret; it makes no event", async () => {
    const reply = await post({}, { kind: "hello", word: "abc" });
    expect([reply.status, await reply.text()]).toEqual([200, '{"echo":"abc"}']);
  });

  test("by a text that is sent back signed, only where the request itself is signed", async () => {
    const body = { event: "validate", plain: "xyz" };
    expect((await post({}, body)).status).toBe(401);
    const reply = await post({ "x-sign": sign(body) }, body);
    expect(await reply.json()).toEqual({ plain: "xyz", signed: createHmac("sha256", secret).update("xyz").digest("base64") });
  });
});

test("an address that captures events keeps what is posted to it, with what its signature looks like, and starts nothing", async () => {
  const { body: made } = await house.api<Capture>("POST", "/app-drafts/captures");
  expect(made).toMatchObject({ samples: [], expiresAt: expect.any(Number) });
  const to = made.url.replace(house.millrace.url, house.millrace.localUrl);
  const event = { id: "t_1", subject: "The door" };
  const headers = {
    "content-type": "application/json",
    "x-desk-kind": "new",
    "x-desk-signature": sign(event),
    authorization: "Bearer hidden",
  };
  const reply = await fetch(`${to}?from=desk`, { method: "POST", headers, body: JSON.stringify(event) });
  expect([reply.status, await reply.json()]).toEqual([202, { accepted: true, sample: true }]);
  expect(await (await fetch(`${to}?challenge=abc`)).text()).toBe("abc");
  const { body: captured } = await house.api<Capture>("GET", `/app-drafts/captures/${made.id}`);
  expect(captured.samples).toMatchObject([
    { method: "GET", challenge: true, body: null },
    {
      method: "POST",
      challenge: false,
      headers: { "x-desk-kind": "new" },
      query: { from: "desk" },
      body: event,
      signatures: [{ signature: { header: "x-desk-signature", algorithm: "sha256", encoding: "hex" } }],
    },
  ]);
  expect(JSON.stringify(captured)).not.toContain("hidden");
  const large = await fetch(to, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify("x".repeat(300_000)),
  });
  expect(large.status).toBe(413);
  for (let n = 0; n < 12; n++) await fetch(to, { method: "POST", headers: { "content-type": "application/json" }, body: `{"n":${n}}` });
  const { samples } = (await house.api<Capture>("GET", `/app-drafts/captures/${made.id}`)).body;
  expect([samples.length, samples[0]!.body]).toEqual([10, { n: 11 }]);
  expect((await house.api("DELETE", `/app-drafts/captures/${made.id}`)).status).toBe(200);
  expect((await fetch(to, { method: "POST", body: "{}" })).status).toBe(404);
});

test.each([
  [{ verify: { kind: "signature", signature: "nobody", secret: fromLogin } }, "webhooks.verify.signature", "is one of"],
  [{ verify: { kind: "basic", secret: { login: "word" } } }, "webhooks.verify.secret", "no login has a secret field 'word'"],
  [{ verify: { kind: "basic", secret: { answer: "secret" } } }, "webhooks.verify.secret", "nothing says how Millrace subscribes"],
  [{ subscribe: { operation: "hooks.add", address: "url", id: "id" } }, "webhooks.subscribe.operation", "no operation 'hooks.add'"],
  [
    { challenges: [{ when: { in: "body", name: "a" }, answer: { as: "json", member: "a", signature: { member: "b" } } }] },
    "webhooks.challenges.0.answer.signature",
    "needs a secret",
  ],
])("a definition whose webhooks do not fit together is refused, naming the member: %j", async (webhooks, field, problem) => {
  // A field of the login that no webhook uses is refused first.
  const auth = definition(webhooks).auth.map((login) => ({ ...login, fields: login.fields.filter(({ name }) => name === "token") }));
  const body = JSON.stringify({ ...definition(webhooks), auth });
  const { status, text } = await house.send("PUT", "/apps/helpdesk", body, { "content-type": "application/json" });
  expect(status).toBe(400);
  expect((JSON.parse(text) as { error: { details: unknown } }).error.details).toMatchObject({
    field,
    problem: expect.stringContaining(problem),
  });
});
