/** Addresses of other tools, as the API takes them. What becomes of events is tried with the Zapier project (test/zapier). */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { FlowDetail, NewApiKeyReply, RunList } from "#api/schemas.ts";
import { inboxFolder, openHouse, post, until, type House } from "#test/support/inbox.ts";

const { folder, remove } = inboxFolder();
let house: House;
beforeAll(async () => {
  house = await openHouse(folder, false);
});
afterEach(async () => {
  for (const { id } of await flows()) await house.api("DELETE", `/flows/${id}`);
});
afterAll(async () => {
  await house.millrace.close();
  remove();
});

const target = { app: "http", trigger: "webhook", url: "https://hooks.example.com/1", tool: "Zapier" };
interface Answer {
  id: string;
  error: { message: string };
}
const send = (method: string, path: string, body?: object) => house.api<Answer>(method, path, body);
const flows = async () => (await house.api<{ flows: Pick<FlowDetail, "id" | "name" | "status" | "folder">[] }>("GET", "/flows")).body.flows;

describe("a webhook target", () => {
  test("is a flow that is on, in the folder of its tool, and has one step", async () => {
    const { status, body } = await send("POST", "/webhook-targets", target);
    expect(status).toBe(201);
    expect(await flows()).toMatchObject([{ id: body.id, name: "Zapier: Any webhook", status: "on", folder: "Zapier" }]);
    const flow = (await house.api<FlowDetail>("GET", `/flows/${body.id}`)).body;
    expect(flow.definition.steps).toMatchObject([{ app: "http", operation: "post", input: { url: "https://hooks.example.com/1" } }]);
  });

  test.each([
    ["an address that is none", { url: "ftp://x" }, /url.*is not a web address/],
    ["an address that a template could change", { url: "https://x.example.com/{{ trigger.a }}" }, /url/],
    ["an app that is not there", { app: "nobody" }, /app.*there is no app 'nobody'/],
    ["a trigger that is not there", { trigger: "nothing" }, /trigger.*has no trigger 'nothing'/],
    ["a tool without a name", { tool: " " }, /tool/],
  ])("with %s is refused, and leaves no flow", async (_, wrong, message) => {
    const { status, body } = await send("POST", "/webhook-targets", { ...target, ...wrong });
    expect([status, body.error.message]).toEqual([400, expect.stringMatching(message)]);
    expect(await flows()).toEqual([]);
  });

  test.each(["http://127.0.0.1:4400/x", "http://169.254.169.254/x", "http://[::ffff:10.0.0.1]/x"])(
    "at %s, which is never sent to, is refused in the same words as a call",
    async (url) => {
      const { status, body } = await send("POST", "/webhook-targets", { ...target, url });
      const called = await send("POST", "/operations/http.get", { input: { url } });
      expect([status, body.error]).toEqual([called.status, expect.objectContaining({ message: called.body.error.message })]);
      expect(status).toBeLessThan(500);
      expect(await flows()).toEqual([]);
    },
  );

  test("shows a viewer the host of its address alone, in the flow, its versions and differences, and in runs", async () => {
    const secret = `secret-${"x".repeat(90)}`;
    const { body: made } = await send("POST", "/webhook-targets", { ...target, url: `https://hooks.example.com/catch/${secret}?k=1` });
    const { body: key } = await house.api<NewApiKeyReply>("POST", "/api-keys", { name: "Viewer", role: "viewer" });
    const { body: flow } = await house.api<FlowDetail>("GET", `/flows/${made.id}`);
    await post(flow.trigger.hookUrl!, JSON.stringify({ id: 1, link: "https://hooks.example.com/of-the-event" }));
    const list = () => house.api<RunList>("GET", `/runs?flow=${made.id}`).then(({ body }) => body.runs);
    const [run] = await until("there is a run", list, (runs) => runs.length > 0);
    const input = { url: `${target.url}/${secret}/2`, body: "{{ trigger }}" };
    const changed = { ...flow.definition, steps: [{ id: "to_target", app: "http", operation: "post", input }] };
    await house.api("PUT", `/flows/${made.id}`, changed);
    const asViewer = async (path: string) => {
      const reply = await fetch(`${house.millrace.localUrl}/api/v1${path}`, { headers: { authorization: `Bearer ${key.key}` } });
      return reply.text();
    };
    for (const part of ["", "/versions/1", "/compare?from=nothing", "/compare?from=1&to=draft"]) {
      const text = await asViewer(`/flows/${made.id}${part}`);
      expect(text, part).not.toContain("secret-");
      expect(text, part).toContain("https://hooks.example.com/…");
    }
    const ofRun = await asViewer(`/runs/${run!.id}`);
    expect(ofRun).not.toContain("secret-");
    expect(ofRun).toContain("of-the-event");
  });

  test("with a connection that is not there is refused", async () => {
    const { status, body } = await send("POST", "/webhook-targets", { ...target, connection: "nobody" });
    expect([status, body.error.message]).toEqual([404, expect.stringMatching(/no connection 'nobody'/)]);
    expect(await flows()).toEqual([]);
  });

  test("whose trigger is not ready leaves no flow either", async () => {
    const { status, body } = await send("POST", "/webhook-targets", { ...target, app: "highlevel", trigger: "contacts.search" });
    expect([status, body.error.message]).toEqual([409, expect.stringMatching(/connection/)]);
    expect(await flows()).toEqual([]);
  });

  test("is removed by its id, and nothing else is: a flow with more steps is somebody's", async () => {
    const { body } = await send("POST", "/webhook-targets", { ...target, app: "highlevel", trigger: "ContactCreate" });
    const own = { name: "Ours", trigger: { app: "http", operation: "webhook" }, steps: [{ id: "note", format: { a: "b" } }] };
    const flow = (await send("POST", "/flows", own)).body;
    expect((await send("DELETE", `/webhook-targets/${flow.id}`)).status).toBe(404);
    expect((await send("DELETE", `/webhook-targets/${body.id}`)).status).toBe(200);
    expect((await flows()).map(({ name }) => name)).toEqual(["Ours"]);
  });

  test("of a trigger without events has the example for a sample", async () => {
    const { tool: _tool, url: _url, ...trigger } = target;
    const { body } = await send("POST", "/webhook-targets/samples", trigger);
    expect(body).toEqual({ events: [expect.objectContaining({ email: "ada@example.com" })] });
  });
});

describe("the file for Zapier", () => {
  test("names what the catalog does not have", async () => {
    const { status, body } = await send("GET", "/exports/zapier?categories=Nothing");
    expect([status, body.error.message]).toEqual([400, expect.stringMatching(/categories.*there is no 'Nothing'/)]);
  });
  test("is a zip file with its name", async () => {
    const { status, text } = await house.send("GET", "/exports/zapier?only=contacts.upsert");
    expect([status, text.slice(0, 2)]).toEqual([200, "PK"]);
  });
});
