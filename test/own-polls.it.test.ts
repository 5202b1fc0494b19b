/** Reads of an app of the workspace as polling triggers, for each way in which lists are read. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FlowDetail } from "#api/schemas.ts";
import { TestClock } from "#kernel/clock.ts";
import { isObject } from "#kernel/json.ts";
import { inboxFolder, openHouse, until, type House } from "./support/inbox.ts";

interface Row {
  id: number;
  text: string;
  at: string;
}

const clock = new TestClock(Date.now());
const { folder, remove } = inboxFolder();
let house: House;
let rows: Row[] = [];
const asked: string[] = [];
const time = (n: number) => new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString();
const row = (id: number, text = `row ${id}`): Row => ({ id, text, at: time(id) });

/** The rows of one request, in each of the ways that lists are paged. */
function listed(path: string, query: URLSearchParams, base: string): unknown {
  const number = (name: string, otherwise: number) => Number(query.get(name) ?? otherwise);
  const size = number("size", 2);
  const slice = (from: number) => rows.slice(from, from + size);
  switch (path) {
    case "/cursor": {
      const from = number("after", 0);
      return { data: { items: slice(from) }, meta: { next: from + size < rows.length ? String(from + size) : null } };
    }
    case "/offset":
      return { items: slice(number("skip", 0)) };
    case "/page":
      return { items: slice((number("page", 1) - 1) * size) };
    case "/last":
      return { items: rows.filter(({ id }) => id > number("since", 0)).slice(0, size) };
    case "/link":
    case "/header": {
      const next = number("from", 0) + 2;
      return { items: rows.slice(next - 2, next), next: next < rows.length ? `${base}${path}?from=${next}` : null };
    }
    case "/newest":
      return {
        items: rows
          .toReversed()
          .slice((number("page", 1) - 1) * size)
          .slice(0, size),
      };
    default:
      return { items: rows.map(({ text }) => ({ text })) };
  }
}

const server = createServer((req, res) => {
  const { pathname, searchParams } = new URL(req.url!, "http://lists.test");
  asked.push(`${pathname}${searchParams.size > 0 ? `?${searchParams}` : ""}`);
  const answer = listed(pathname, searchParams, `http://${req.headers.host}`);
  const next = pathname === "/header" && isObject(answer) && typeof answer["next"] === "string" ? answer["next"] : undefined;
  const link = next === undefined ? {} : { link: `<${next}>; rel="next"` };
  res.writeHead(200, { "content-type": "application/json", ...link }).end(JSON.stringify(answer));
});

const query = (...names: string[]) =>
  names.map((name) => ({ name, in: "query", schema: { type: name === "after" || name === "sort" ? "string" : "integer" } }));
const sized = { in: "query", size: "size", max: 2 };
const list = (id: string, path: string, more: object) => ({
  id,
  title: `List by ${id}`,
  effect: "read",
  method: "GET",
  path,
  result: "items",
  list: true,
  identity: "id",
  ...more,
});
const operations = [
  list("cursor", "/cursor", {
    input: query("after", "size"),
    result: "data.items",
    paging: { style: "cursor", ...sized, next: { after: "meta.next" } },
  }),
  list("offset", "/offset", { input: query("skip", "size"), changed: "at", paging: { style: "offset", offset: "skip", ...sized } }),
  list("page", "/page", { input: query("page", "size"), paging: { style: "page", page: "page", ...sized } }),
  list("last", "/last", { input: query("since", "size"), paging: { style: "lastRow", field: "since", row: "id", ...sized } }),
  list("newest", "/newest", {
    input: query("page", "size", "sort"),
    changed: "at",
    newest: { input: { sort: "-at" }, by: "at" },
    paging: { style: "page", page: "page", ...sized },
  }),
  list("link", "/link", { paging: { style: "link", link: "next" } }),
  list("header", "/header", { paging: { style: "link" } }),
  list("plain", "/plain", { identity: undefined }),
];

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  house = await openHouse(folder, false, clock, { env: { MILLRACE_ALLOW_PRIVATE_HOSTS: host } });
  await house.api("PUT", "/apps/lists", { title: "Lists", baseUrl: `http://${host}`, operations });
});
afterAll(async () => {
  await house.millrace.close();
  server.closeAllConnections();
  server.close();
  remove();
});

/** A flow that polls a list. Its first look is the baseline. */
async function polling(operation: string, emit: string): Promise<string> {
  const trigger = { app: "lists", operation, every: "1m", emit };
  const body = { name: `${operation} ${emit}`, trigger, steps: [{ id: "seen", format: { text: "{{ trigger.text }}" } }] };
  const { id } = (await house.api<FlowDetail>("POST", "/flows", body)).body;
  expect((await house.api("POST", `/flows/${id}/publish`, {})).status).toBe(200);
  return id;
}

/** Waits until each list was looked at once more. */
async function looked(ids: readonly string[]): Promise<void> {
  const triggers = () =>
    Promise.all(ids.map(async (id) => house.millrace.engine.flows.trigger(await house.millrace.engine.flows.get("ws_main", id))));
  const before = new Map((await triggers()).map(({ id, lastAt }) => [id, lastAt]));
  const later = () => clock.advance(10_000).then(triggers);
  const after = await until("the lists are polled", later, (all) =>
    all.every(({ id, lastAt }) => lastAt !== null && lastAt !== before.get(id)),
  );
  expect(after.map(({ lastError }) => lastError)).toEqual(ids.map(() => null));
}

/** The rows that started a flow. */
async function textsOf(id: string): Promise<string[]> {
  const runs = await house.runsOf(id);
  const events = await Promise.all(runs.map((run) => house.millrace.engine.run("ws_main", run.id)));
  return events.map(({ event: { payload } }) => (isObject(payload) ? String(payload["text"]) : "")).sort();
}

const endAll = async () => {
  for (const { id } of await house.millrace.engine.flows.list("ws_main")) await house.api("DELETE", `/flows/${id}`);
};

const ways = ["cursor", "offset", "page", "last", "newest", "link", "header", "plain"];

test("a list, however it is paged and with ids or without, starts a flow once for each new row, and for none that was there before", async () => {
  rows = [1, 2, 3].map((id) => row(id));
  const ids = await Promise.all(ways.map((way) => polling(way, "new")));
  await looked(ids);
  rows.push(row(4), row(5));
  await looked(ids);
  await looked(ids);
  const texts = await Promise.all(ids.map(textsOf));
  expect(Object.fromEntries(ways.map((way, n) => [way, texts[n]]))).toEqual(
    Object.fromEntries(ways.map((way) => [way, ["row 4", "row 5"]])),
  );
  await endAll();
});

test("a row that changes starts a flow that asks for changes, by its content or by its time of change", async () => {
  rows = [1, 2, 3].map((id) => row(id));
  const ids = await Promise.all(["page", "offset"].map((way) => polling(way, "changed")));
  await looked(ids);
  rows = rows.map((one) => (one.id === 2 ? { ...one, text: "changed 2", at: time(9) } : one));
  await looked(ids);
  expect(await Promise.all(ids.map(textsOf))).toEqual([["changed 2"], ["changed 2"]]);
  await endAll();
});

test("a list that comes newest first is not read beyond what is known", async () => {
  rows = Array.from({ length: 20 }, (_, n) => row(n + 1));
  const id = await polling("newest", "new");
  await looked([id]);
  rows.push({ ...row(21), at: new Date(clock.now()).toISOString() });
  await looked([id]);
  asked.length = 0;
  await looked([id]);
  expect([asked.length < 10, asked[0]]).toEqual([true, expect.stringContaining("sort=-at")]);
  expect(await textsOf(id)).toEqual(["row 21"]);
  await endAll();
});
