import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sandboxDefaults } from "#sandbox/index.ts";
import { connectAcme, inboxFolder, openHouse, until, type House } from "#test/support/inbox.ts";
import { contactAt } from "#test/triggers/watched/contacts.ts";
import type { CallReply } from "#cli/shapes.ts";
import type { DryRunReply, FlowDetail, LintView, RunDetail, RunList } from "#api/schemas.ts";
import { firstWorkspaceId as workspaceId } from "../start/store.ts";

const { acmeDental } = sandboxDefaults;
const { folder, remove } = inboxFolder();
let house: House;
let shop: Server;
const list = { url: "", list: "data.items", id: "id", paging: { link: "links.next" } };
let orders: { id: string; total: number }[] = [];

beforeAll(async () => {
  shop = createServer((req, res) => {
    const { searchParams, pathname } = new URL(req.url!, "http://shop");
    const page = Number(searchParams.get("page") ?? 1);
    const items = orders.slice((page - 1) * 2, page * 2);
    const next = page * 2 < orders.length ? `${pathname}?page=${page + 1}` : null;
    res.setHeader("content-type", pathname === "/html" ? "text/html" : "application/json");
    res.end(pathname === "/html" ? "<html>Sign in</html>" : JSON.stringify({ data: { items }, links: { next } }));
  });
  await new Promise<void>((resolve) => shop.listen(0, "127.0.0.1", resolve));
  const { port } = shop.address() as AddressInfo;
  list.url = `http://127.0.0.1:${port}/orders`;
  house = await openHouse(folder, true, undefined, { env: { MILLRACE_ALLOW_PRIVATE_HOSTS: `127.0.0.1:${port}` } });
  const { systems } = house.millrace.sandbox!;
  await connectAcme(house.millrace);
  const now = systems.state.clock.now() - 60_000;
  const there = systems.state.contacts.inLocation(acmeDental).length;
  for (let n = there; n < 323; n++) systems.state.saveContact(contactAt(`many${n}`, n, now));
  await until(
    "the search has seen them all",
    () => call("contacts.search", { rows: 1 }),
    ({ list }) => list?.total === 323,
  );
});
afterAll(async () => {
  await house.millrace.close();
  await new Promise((resolve) => shop.close(resolve));
  remove();
});

const call = async (operation: string, body: object = {}) =>
  (await house.api<CallReply>("POST", `/operations/${operation}`, { connection: "acme", ...body })).body;
const published = async (definition: Record<string, unknown>) => {
  const { body } = await house.api<FlowDetail>("POST", "/flows", definition);
  await house.api("POST", `/flows/${body.id}/publish`);
  return body.id;
};
const runOf = async (flowId: string) => {
  const { body } = await until(
    "the run ends",
    () => house.api<RunList>("GET", `/runs?flow=${flowId}`),
    ({ body: { runs } }) => runs[0]?.finishedAt !== null && runs.length > 0,
  );
  return (await house.api<RunDetail>("GET", `/runs/${body.runs[0]!.id}`)).body;
};
const start = async (flowId: string) => {
  await house.api("POST", `/flows/${flowId}/run`, { payload: {} });
  return runOf(flowId);
};
const counting = (step: Record<string, unknown>) => ({
  name: "Count",
  trigger: { app: "millrace", operation: "manual" },
  steps: [
    { id: "people", app: "highlevel", operation: "contacts.search", connection: "acme", ...step },
    { id: "count", format: { rows: "{{ people.size }}", total: "{{ people._total }}", whole: "{{ people._complete }}" } },
    { id: "each", forEach: "people", do: [{ id: "name", format: { id: "{{ item.id }}" } }] },
  ],
});

describe("a list that a step reads", () => {
  test.each(["contacts.search", "contacts.list"])("%s gives all 323 contacts, and says so (F26)", async (operation) => {
    const { output, list } = await call(operation);
    expect(new Set((output as { id: string }[]).map(({ id }) => id)).size).toBe(323);
    expect(list).toEqual({ rows: 323, complete: true, total: 323, requests: operation === "contacts.list" ? 4 : 1 });
  });

  test("a call reads up to the rows it is given, and says of how many (F26)", async () => {
    const { output, list, notices } = await call("contacts.list", { rows: 100 });
    expect([(output as unknown[]).length, list]).toEqual([100, { rows: 100, complete: false, total: 323, requests: 1, cut: "rows" }]);
    expect(notices).toContain("Read the first 100 of 323 rows: raise 'rows' to read more.");
    expect((await house.api("POST", "/operations/contacts.list", { rows: 0 })).status).toBe(400);
  });

  test("a flow loops over all of them, and its run says how far it read (F26)", async () => {
    const { id } = await start(await published(counting({})));
    const { steps } = await house.millrace.engine.run(workspaceId, id);
    expect(steps.find(({ path }) => path === "people")?.attempts.at(-1)?.list).toEqual({
      rows: 323,
      complete: true,
      total: 323,
      requests: 1,
    });
    expect(steps.find(({ path }) => path === "count")?.output).toEqual({ rows: 323, total: 323, whole: true });
    expect(steps).toHaveLength(3 + 323);
  });

  test("a flow that reads less than there is knows it, and is warned of it after its run (F26)", async () => {
    const id = await published(counting({ rows: 100 }));
    const { steps } = await start(id);
    expect(steps.find(({ path }) => path === "count")?.output).toEqual({ rows: 100, total: 323, whole: false });
    const { findings } = (await house.api<LintView>("POST", `/flows/${id}/lint`)).body;
    expect(findings).toMatchObject([
      { level: "warning", at: "steps[0]", problem: "'Search Contacts' has more rows than the step reads: a run read 100 of 323 rows" },
    ]);
    await house.api("PUT", `/flows/${id}`, counting({ rows: 1000 }));
    await house.api("POST", `/flows/${id}/publish`);
    expect((await house.api<LintView>("POST", `/flows/${id}/lint`)).body.findings).toEqual([]);
  });

  test("a flow that loops over one page of a list is warned before it runs (F26)", async () => {
    const id = await published(counting({ input: { pageLimit: 100 } }));
    const { findings } = (await house.api<LintView>("POST", `/flows/${id}/lint`)).body;
    expect(findings).toMatchObject([
      { level: "warning", at: "steps[0]", problem: "a loop goes through one page of 'Search Contacts' only" },
    ]);
  });

  test("a dry run tells how many rows and requests it takes (F26)", async () => {
    const definition = counting({ operation: "contacts.list", rows: 250 });
    const id = await published(definition);
    const { notices, calls } = (await house.api<DryRunReply>("POST", `/flows/${id}/dry-run`, { payload: {} })).body;
    expect([notices, calls]).toEqual([
      expect.arrayContaining(["List contacts: Read the first 250 of 323 rows: raise 'rows' to read more."]),
      3,
    ]);
  });

  test("rows belong to a list", async () => {
    const definition = counting({ operation: "contacts.get", input: { contactId: "x" }, rows: 5 });
    const { id, problems } = (await house.api<FlowDetail>("POST", "/flows", definition)).body;
    const where = "step 1 'Get contact', Rows";
    const problem = "belongs to a list, and 'Get Contact' reads none";
    expect(problems).toContainEqual({ at: expect.any(String) as string, where, problem: expect.stringContaining(problem) as string });
    const { status, body } = await house.api<{ error: { message: string } }>("POST", `/flows/${id}/publish`);
    expect([status, body.error.message]).toEqual([409, `'Count' is not ready yet. Step 1 'Get contact', Rows: ${problem}.`]);
  });
});

describe("a JSON list at any address", () => {
  test("is read by a step to its end, page by page", async () => {
    orders = Array.from({ length: 5 }, (_, i) => ({ id: `o${i}`, total: i }));
    const { output, list: read } = await call("http.get", { connection: undefined, input: list });
    expect([output, read]).toEqual([orders, { rows: 5, complete: true, total: 5, requests: 3 }]);
  });

  test("that is not where it was said to be is an error that says where lists are (M14)", async () => {
    const asked = async (input: Record<string, unknown>) =>
      (await house.api<{ error: { message: string } }>("POST", "/operations/http.get", { input })).body.error.message;
    expect(await asked({ ...list, list: "data" })).toContain("'data' is an object with: items; lists there: data.items");
    expect(await asked({ ...list, url: list.url.replace("orders", "html") })).toContain(
      "the answer is not JSON; it begins with '<html>Sign in</html>'",
    );
  });

  test("starts a run for each new item, when it is polled (M14)", async () => {
    orders = [{ id: "a", total: 1 }];
    const id = await published({
      name: "Orders",
      trigger: { app: "http", operation: "get", every: "1m", emit: "new", input: list },
      steps: [{ id: "seen", format: { id: "{{ trigger.id }}", total: "{{ trigger.total }}" } }],
    });
    const flow = () => house.api<FlowDetail>("GET", `/flows/${id}`);
    await until("the first look is over", flow, ({ body }) => body.trigger.lastAt !== null);
    orders = [{ id: "c", total: 3 }, { id: "b", total: 2 }, ...orders];
    await house.api("POST", `/flows/${id}/pause`);
    await house.api("POST", `/flows/${id}/resume`); // it looks at once
    const runs = () => house.api<RunList>("GET", `/runs?flow=${id}`);
    const { body } = await until(
      "both orders have a run",
      runs,
      ({ body: { runs: all } }) => all.length === 2 && all.every((run) => run.finishedAt !== null),
    );
    const seen = await Promise.all(
      body.runs.map(async (run) => (await house.api<RunDetail>("GET", `/runs/${run.id}`)).body.steps[0]!.output),
    );
    expect(seen).toEqual(
      expect.arrayContaining([
        { id: "b", total: 2 },
        { id: "c", total: 3 },
      ]),
    );
    expect((await flow()).body.trigger.lastError).toBeNull();
  });
});
