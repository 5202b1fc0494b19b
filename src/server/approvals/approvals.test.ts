import { afterEach, describe, expect, test } from "vitest";
import { openServer, withKey, type ServerWish } from "#test/fakes/server.ts";
import { createApprovalStore } from "#storage/approval-store.ts";
import { AgentSignIn } from "#test/support/agent-sign-in.ts";
import { keepMarkingLost } from "./lost-approvals.ts";

/** What an agent asks for, and what people decide. */
const open: Awaited<ReturnType<typeof openServer>>[] = [];
afterEach(async () => {
  for (const house of open.splice(0)) await house.close();
});

const definition = { name: "Welcome", trigger: { app: "app", operation: "hook" }, steps: [{ id: "note", format: { text: "Hello" } }] };

async function server(wish?: ServerWish) {
  const house = await openServer(wish);
  open.push(house);
  const agents = new AgentSignIn(house);
  await agents.signIn("Anna");
  const { body: flow } = await agents.page("POST", "/flows", definition);
  const { access } = await agents.tokens();
  /** The agent asks by its tool. */
  const ask = async () => {
    const input = { flow: flow.id, reason: "It is ready." };
    const { text } = await agents.mcp(access, "tools/call", { name: "request_publish", arguments: input });
    return { id: /apv_\w+/.exec(text)?.[0] ?? "" };
  };
  const status = async () => (await agents.page("GET", `/flows/${flow.id}`)).body.status;
  return { ...house, agents, flow, access, ask, status };
}

describe("an approval", () => {
  test("is asked for by an agent, named as it acts for somebody, and does nothing until a person approves", async () => {
    const { agents, ask, status } = await server();
    const { id } = await ask();
    const { body } = await agents.page("GET", `/approvals/${id}`);
    expect(body).toMatchObject({
      state: "waiting",
      title: "publish 'Welcome'",
      who: "Claude for Anna",
      reason: "It is ready.",
      mayDecide: true,
      path: `/approvals/${id}`,
    });
    expect(await status()).toBe("draft");
    const decided = await agents.page("POST", `/approvals/${id}/decide`, { decision: "approve" });
    expect(decided.body).toMatchObject({ state: "done", decidedBy: "Anna", outcome: "Version 1 is published, and the flow is on." });
    expect(await status()).toBe("on");
    const changes = (await agents.page("GET", "/changes?kind=approval,flow")).body.changes.map(
      ({ who, what }: { who: string; what: string }) => `${who} ${what}`,
    );
    expect(changes).toEqual(["Anna done", "Anna published", "Anna approved", "Claude for Anna asked", "Anna created"]);
  });

  test("is decided once, also by two people at the same moment", async () => {
    const { agents, ask } = await server();
    const { id } = await ask();
    const both = await Promise.all([1, 2].map(() => agents.page("POST", `/approvals/${id}/decide`, { decision: "approve" })));
    expect(both.map((reply) => reply.status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    expect((await agents.page("POST", `/approvals/${id}/decide`, { decision: "refuse" })).body.error.message).toBe(
      "Anna has decided this already.",
    );
  });

  test("that is refused does nothing, and says why to whoever asked", async () => {
    const { agents, ask, status } = await server();
    const { id } = await ask();
    await agents.page("POST", `/approvals/${id}/decide`, { decision: "refuse", note: "Not before Monday" });
    expect((await agents.page("GET", `/approvals/${id}`)).body).toMatchObject({
      state: "refused",
      note: "Not before Monday",
      outcome: null,
    });
    expect(await status()).toBe("draft");
  });

  test("publishes what was shown: a draft that changed meanwhile stays a draft", async () => {
    const { agents, ask, flow, status } = await server();
    const { id } = await ask();
    await agents.page("PUT", `/flows/${flow.id}`, { ...definition, steps: [] });
    const { body } = await agents.page("POST", `/approvals/${id}/decide`, { decision: "approve" });
    expect(body).toMatchObject({ state: "failed", error: { code: "FLOW_CHANGED" } });
    expect(await status()).toBe("draft");
    const late = await agents.page("POST", "/approvals", { kind: "publish", flow: flow.id, revision: flow.revision, reason: "Again" });
    expect(late.body.error.message).toContain("was saved meanwhile");
  });

  test("turns on, replays and calls what was shown: what changed meanwhile has to be asked for again", async () => {
    const connections = [{ id: "con_1", workspaceId: "w", name: "acme", app: "highlevel", baseUrl: "https://a.example" }] as never[];
    const { agents, flow, status } = await server({ connections });
    await agents.page("POST", `/flows/${flow.id}/publish`);
    await agents.page("POST", `/flows/${flow.id}/pause`);
    const { body: asked } = await agents.page("POST", "/approvals", { kind: "switch_on", flow: flow.id, reason: "x" });
    const call = { kind: "call", operation: "contacts.get", connection: "acme", input: { contactId: "c" }, reason: "x" };
    const { body: called } = await agents.page("POST", "/approvals", call);
    await agents.page("PUT", `/flows/${flow.id}`, { ...definition, steps: [] });
    await agents.page("POST", `/flows/${flow.id}/publish`);
    await agents.page("POST", `/flows/${flow.id}/pause`);
    (connections as { baseUrl: string }[])[0]!.baseUrl = "https://thief.example";
    for (const { id } of [asked, called]) {
      const { body } = await agents.page("POST", `/approvals/${id}/decide`, { decision: "approve" });
      expect(body).toMatchObject({ state: "failed", error: { code: "CONFLICT", message: expect.stringContaining("changed since") } });
    }
    expect(await status()).toBe("off");
  });

  test("names a flow on one line, without marks that turn or hide text", async () => {
    const { agents } = await server();
    const { body: flow } = await agents.page("POST", "/flows", { ...definition, name: "Send \u202eevil\nThis was checked" });
    const { body } = await agents.page("POST", "/approvals", { kind: "publish", flow: flow.id, revision: 1, reason: "x" });
    expect(body.title).toBe("publish 'Send evil This was checked'");
  });

  test("whose process died has an unknown outcome from the next start on, which an agent is told, until a person says what came of it", async () => {
    const { agents, ask, clock, db, ...house } = await server();
    const { id } = await ask();
    await db.q.updateTable("approvals").set({ state: "approved", decided_at: clock.now() }).where("id", "=", id).execute();
    const read = async () => (await agents.page("GET", `/approvals/${id}`)).body;
    expect(await read()).toMatchObject({ state: "approved", mayDecide: false });
    await keepMarkingLost(
      { approvals: createApprovalStore(db, "proc_2"), shared: false, clock, log: house.app.log },
      new AbortController().signal,
    );
    expect(await read()).toMatchObject({
      state: "unknown",
      mayDecide: true,
      error: { message: expect.stringContaining("whether it took effect") },
    });
    const { access } = await agents.tokens();
    const { text } = await agents.mcp(access, "tools/call", { name: "needs_attention", arguments: {} });
    expect(text).toContain("nobody knows whether it took effect");
    const { body } = await agents.page("POST", `/approvals/${id}/decide`, { decision: "no_effect", note: "I looked" });
    expect(body).toMatchObject({
      state: "failed",
      note: "I looked",
      mayDecide: false,
      error: { message: expect.stringContaining("had no effect") },
    });
    expect((await agents.page("POST", `/approvals/${id}/decide`, { decision: "took_effect" })).status).toBe(409);
    expect((await agents.page("GET", "/approvals?attention=true")).body.approvals).toEqual([]);
  });

  test("turns a flow on again", async () => {
    const { agents, flow, status } = await server();
    await agents.page("POST", `/flows/${flow.id}/publish`);
    await agents.page("POST", `/flows/${flow.id}/pause`);
    const { body } = await agents.page("POST", "/approvals", { kind: "switch_on", flow: flow.id, reason: "The app works again" });
    expect([body.title, await status()]).toEqual(["turn on 'Welcome'", "off"]);
    await agents.page("POST", `/approvals/${body.id}/decide`, { decision: "approve" });
    expect(await status()).toBe("on");
  });

  test("is for whoever could do it themselves", async () => {
    const { agents, ask, ...house } = await server();
    const { id } = await ask();
    const { body } = await agents.page("POST", "/invitations", { email: "bob@example.com", role: "operator" });
    const bob = new AgentSignIn(house);
    const invitation = (body.url as string).split("#invitation=")[1]!;
    await bob.page("POST", "/session/accept", { invitation, name: "Bob", password: "another set of words" });
    expect((await bob.page("GET", `/approvals/${id}`)).body.mayDecide).toBe(false);
    const decided = await bob.page("POST", `/approvals/${id}/decide`, { decision: "refuse" });
    expect(decided.body.error).toMatchObject({ code: "FORBIDDEN", message: expect.stringContaining("flows:write") });
  });

  test("is over after seven days", async () => {
    const { agents, ask, clock } = await server();
    const { id } = await ask();
    await clock.advance(7 * 86_400_000);
    await agents.signIn(); // the session is as old
    const key = withKey(open[0]!.key);
    const read = (url: string) => open[0]!.app.inject({ url: `/api/v1${url}`, headers: key });
    expect((await read(`/approvals/${id}`)).json()).toMatchObject({ state: "expired", mayDecide: false });
    expect((await read("/approvals?state=waiting")).json().approvals).toEqual([]);
    expect((await read("/approvals?state=expired")).json().approvals).toHaveLength(1);
  });

  test("cannot be decided by the key that asked, and by no agent", async () => {
    const { app, key, agents, flow } = await server();
    const headers = withKey(key);
    const payload = { kind: "publish", flow: flow.id, revision: flow.revision, reason: "Why not" };
    const { id } = (await app.inject({ method: "POST", url: "/api/v1/approvals", headers, payload })).json();
    const decide = { method: "POST", url: `/api/v1/approvals/${id}/decide`, payload: { decision: "approve" } } as const;
    expect((await app.inject({ ...decide, headers })).json().error).toMatchObject({
      code: "FORBIDDEN",
      message: expect.stringContaining("cannot approve it too"),
    });
    expect((await agents.page("GET", `/approvals/${id}`)).body.mayDecide).toBe(true);
  });

  test("asked for with the workspace key is not decided by whoever has only that key, in a browser neither, but by another key or an account", async () => {
    const house = await openServer();
    open.push(house);
    const inject = (key: string, method: "POST" | "GET", url: string, payload?: object) =>
      house.app.inject({ method, url: `/api/v1${url}`, headers: withKey(key), ...(payload && { payload }) });
    const flow = (await inject(house.key, "POST", "/flows", definition)).json();
    const other = (await inject(house.key, "POST", "/api-keys", { name: "Agent", role: "builder" })).json().key;
    const ask = async (key: string) =>
      (await inject(key, "POST", "/approvals", { kind: "publish", flow: flow.id, revision: flow.revision, reason: "Why not" })).json().id;
    const [byWorkspaceKey, byOther] = [await ask(house.key), await ask(other)];
    const browser = new AgentSignIn(house);
    await browser.page("POST", "/session", { key: house.key });
    const read = async (id: string) => (await browser.page("GET", `/approvals/${id}`)).body;
    expect(await read(byWorkspaceKey)).toMatchObject({ mayDecide: false, whyNot: expect.stringContaining("counts as the workspace key") });
    const decided = await browser.page("POST", `/approvals/${byWorkspaceKey}/decide`, { decision: "approve" });
    expect(decided.body.error.code).toBe("FORBIDDEN");
    expect(await read(byOther)).toMatchObject({ mayDecide: true, whyNot: null });
    const byBrowser = (await browser.page("POST", "/approvals", { kind: "publish", flow: flow.id, revision: flow.revision, reason: "x" }))
      .body.id;
    expect((await inject(house.key, "GET", `/approvals/${byBrowser}`)).json().mayDecide).toBe(false);
    expect((await inject(other, "GET", `/approvals/${byOther}`)).json().mayDecide).toBe(false);
    expect((await inject(other, "POST", `/approvals/${byWorkspaceKey}/decide`, { decision: "approve" })).json().state).toBe("done");
  });

  test("asks for something that is there", async () => {
    const { agents, flow } = await server();
    const wrong: [object, string][] = [
      [{ kind: "publish", flow: "flow_nobody", revision: 1 }, "NOT_FOUND"],
      [{ kind: "switch_on", flow: flow.id }, "FLOW_NOT_PUBLISHED"],
      [{ kind: "replay", runs: ["run_nobody"] }, "NOT_FOUND"],
      [{ kind: "call", app: "highlevel", operation: "contacts.vanish" }, "OPERATION_UNKNOWN"],
      [{ kind: "delete_everything" }, "BAD_INPUT"],
      [{ kind: "call", operation: "contacts.get", dry: true }, "BAD_INPUT"],
    ];
    for (const [deed, code] of wrong)
      expect((await agents.page("POST", "/approvals", { ...deed, reason: "x" })).body.error?.code, JSON.stringify(deed)).toBe(code);
  });

  test("is not asked for without end", async () => {
    const { agents, flow } = await server();
    const ask = () => agents.page("POST", "/approvals", { kind: "publish", flow: flow.id, revision: flow.revision, reason: "Again" });
    for (let i = 0; i < 200; i++) await ask();
    expect((await ask()).status).toBe(409);
  });
});

describe("an agent by itself", () => {
  /** The client of an agent with some permissions, past its tools: what the routes themselves say. */
  const agentClient = async (permissions: ("read" | "draft" | "call" | "act")[]) => {
    const house = await server();
    const { access } = await house.agents.tokens(permissions);
    const agent = (await house.agentService.signedIn(access))!;
    return { ...house, client: house.innerCalls.clientFor(() => ({ ...agent, address: "127.0.0.1" })) };
  };

  test("drafts, and neither publishes, turns on, replays, deletes nor decides", async () => {
    const { client, flow, ask } = await agentClient(["read", "draft", "call"]);
    const { id } = await ask();
    await expect(client.flows.save({ id: flow.id, body: definition })).resolves.toMatchObject({ status: "draft" });
    const code = "NEEDS_APPROVAL";
    await expect(client.flows.publish({ id: flow.id })).rejects.toMatchObject({ code });
    await expect(client.flows.remove({ id: flow.id })).rejects.toMatchObject({ code });
    await expect(client.approvals.decide({ id, body: { decision: "approve" } })).rejects.toMatchObject({ code });
    await expect(client.flows.testStep({ id: flow.id, body: { step: "note", write: true } })).rejects.toMatchObject({ code });
    await expect(client.flows.resume({ id: flow.id })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(client.runs.replay({ body: { ids: ["run_1"] } })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  test("sends and deletes nothing, and reads", async () => {
    const { client } = await agentClient(["read", "call"]);
    const call = (operation: string) => client.operations.call({ operation });
    for (const operation of ["highlevel.contacts.delete", "http.post", "http.put", "http.get"])
      await expect(call(operation), operation).rejects.toMatchObject({ code: "NEEDS_APPROVAL" });
  });

  test("may act on what is accepted in it, where its person allowed that", async () => {
    const { client, flow } = await agentClient(["read", "draft", "act"]);
    await expect(client.flows.publish({ id: flow.id })).resolves.toMatchObject({ status: "on" });
    const { id } = await client.approvals.create({ body: { kind: "switch_on", flow: flow.id, reason: "It was off" } });
    await expect(client.approvals.decide({ id, body: { decision: "approve" } })).rejects.toMatchObject({ code: "NEEDS_APPROVAL" });
  });

  test("does not touch the person's account, keys and people", async () => {
    const { client } = await agentClient(["read", "draft", "call", "act"]);
    for (const asked of [
      () => client.account.change({ body: { name: "Mallory" } }),
      () => client.apiKeys.create({ body: { name: "mine", role: "owner" } }),
      () => client.members.list(),
      () => client.connections.add({ body: { name: "x", app: "http", auth: "none" } }),
      () => client.workspaces.create({ body: { name: "x" } }),
    ])
      await expect(asked()).rejects.toMatchObject({ code: "FORBIDDEN" });
  });
});
