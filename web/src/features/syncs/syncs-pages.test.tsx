// @vitest-environment happy-dom
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { act } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { operatorOf } from "#api/principal.ts";
import { createQueryClient } from "../../lib/query.ts";
import { appsQuery, connectionsQuery, sessionQuery } from "../../lib/queries.ts";
import { anyConnection } from "../../lib/views.test-support.ts";
import { createAppRouter } from "../../router.ts";
import { stubPage } from "../flow-editor/opened-editor.test-support.tsx";
import { anyPair, anyWrite, FakeSyncs } from "./fake-syncs.test-support.ts";
import { anyJob, anySync } from "./syncs.test-support.ts";

stubPage();

let fake: FakeSyncs;

beforeEach(() => {
  fake = new FakeSyncs();
  vi.stubGlobal("scrollTo", () => {});
  vi.stubGlobal("fetch", (url: string, { method = "GET", body }: { method?: string; body?: string } = {}) => {
    const path = url.replace(/^.*\/api(\/v\d+)?/, "");
    const reply = fake.answer(method, path, body === undefined ? undefined : JSON.parse(body)) ?? { status: 200, body: other(path) };
    return Promise.resolve(new Response(JSON.stringify(reply.body), { status: reply.status }));
  });
});

/** Takes the page of a test away, also of one that failed. */
let close = async (): Promise<void> => {};
afterEach(() => close());

/** What the pages around ask for. */
const other = (path: string): unknown =>
  path.startsWith("/runs")
    ? { runs: [], next: null, waiting: [] }
    : { flows: [], approvals: [], endpoints: [], inboxes: [], operations: [], syncs: [], outages: [] };

const apps = ["left", "right"].map((id) => ({ id, title: id === "left" ? "Left App" : "Right App", main: id === "left", mark: null }));

/** The page at an address. */
async function pageAt(to: string) {
  const cache = createQueryClient();
  cache.setDefaultOptions({ queries: { retry: false, staleTime: 5_000 } });
  const keep = (query: { queryKey: readonly unknown[] }, data: unknown) => {
    cache.setQueryDefaults(query.queryKey, { staleTime: Infinity });
    cache.setQueryData(query.queryKey, data);
  };
  keep(sessionQuery(), {
    workspace: { id: "ws_1", name: "Acme" },
    workspaces: [],
    account: null,
    apiKey: null,
    role: "owner",
    locationId: null,
    scopes: [...operatorOf("ws_1", "test").scopes],
  });
  keep(appsQuery(), { apps, revision: 1 });
  keep(connectionsQuery(), [
    anyConnection("acme", { app: "left", title: "Acme Dental" }),
    anyConnection("harbour", { app: "right", title: "Harbour" }),
  ]);
  const router = createAppRouter(cache);
  await act(async () => {
    await router.navigate({ href: to });
    await router.load();
  });
  const page = document.body.appendChild(document.createElement("div"));
  const root = createRoot(page);
  const settle = async () => {
    for (let turn = 0; turn < 8; turn++) await act(() => new Promise((done) => setTimeout(done, 1)));
  };
  await act(async () =>
    root.render(
      <QueryClientProvider client={cache}>
        <RouterProvider router={router} />
      </QueryClientProvider>,
    ),
  );
  await act(() => vi.dynamicImportSettled());
  await settle();
  const named = (name: string | RegExp) => {
    const found = [...document.querySelectorAll<HTMLElement>("button, a, input, [role=radio]")].find((one) => {
      const called = one.getAttribute("aria-label") ?? one.textContent ?? "";
      return typeof name === "string" ? called === name : name.test(called);
    });
    if (found === undefined) throw new Error(`Nothing is called ${name} in: ${document.body.textContent}`);
    return found;
  };
  close = () =>
    act(async () => {
      root.unmount();
      page.remove();
      cache.clear();
    });
  return {
    router,
    settle,
    refetch: async () => {
      await act(() => cache.refetchQueries({ queryKey: ["syncs"] }));
      await settle();
    },
    text: () => page.querySelector("main")?.textContent ?? page.textContent,
    named,
    press: async (name: string | RegExp) => {
      await act(async () => named(name).click());
      await settle();
    },
    key: async (name: string | RegExp, key: string) => {
      await act(async () => void named(name).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })));
      await settle();
    },
  };
}

const sent = () => fake.requests.map(({ method, path, body }) => ({ to: `${method} ${path}`, body }));

test("the list says how each sync stands, and without one what a sync is, with ready ones", async () => {
  const empty = await pageAt("/syncs");
  expect(empty.text()).toContain("keeps records of two apps the same");
  expect(empty.named(/Contacts with profiles/).getAttribute("href")).toBe("/syncs/new?a=left+acme+contact&b=right+harbour+profile");
  await close();
  fake.syncs = [anySync({ counts: { linked: 1234, conflicts: 3, problems: 0, waiting: 0, ignored: 0 } })];
  const page = await pageAt("/syncs");
  expect(page.text()).toContain("3 conflicts to decide");
  expect(page.text()).toContain("Acme Dental and Harbour");
  expect(page.text()).toContain("1,234");
});

test("a sync is made of two chosen sides, with proposed fields, and opens as a draft", async () => {
  const page = await pageAt("/syncs/new?a=left+acme+contact&b=right+harbour+profile");
  await page.press("Propose fields");
  await act(() => vi.dynamicImportSettled());
  await page.settle();
  const side = { app: "left", connection: "acme", type: "contact" };
  expect(sent()[0]).toEqual({ to: "POST /syncs/suggest", body: { a: side, b: { app: "right", connection: "harbour", type: "profile" } } });
  expect(sent()[1]).toMatchObject({ to: "POST /syncs", body: { definition: { a: side, conflict: "newest" } } });
  expect(page.router.state.location.href).toBe("/syncs/sync_new?tab=setup");
  expect(page.text()).toContain("Not started");
  expect(page.named("E-mail: both ways. Change the direction")).toBeDefined();
});

test("pressing an arrow changes where a value goes; a draft is saved by itself, over the revision it was read with", async () => {
  fake.syncs = [anySync({ status: "draft", flows: null })];
  const page = await pageAt("/syncs/sync_1?tab=setup");
  expect(page.named("Score: from Harbour to Acme Dental, the only way there is").getAttribute("aria-disabled")).toBe("true");
  await page.press("E-mail: both ways. Change the direction");
  await page.key(/^Phone: both ways/, "ArrowLeft");
  await act(() => new Promise((done) => setTimeout(done, 700)));
  await page.settle();
  expect(sent()).toEqual([
    {
      to: "PUT /syncs/sync_1",
      body: {
        revision: 3,
        definition: expect.objectContaining({
          fields: [
            { a: "email", b: "mail", way: "toB" },
            { a: "phone", b: "mobile", way: "toA" },
            { a: "score", b: "points", way: "toA" },
          ],
        }),
      },
    },
  ]);
});

test("a sync that works is changed only once somebody saves", async () => {
  fake.syncs = [anySync()];
  const page = await pageAt("/syncs/sync_1?tab=setup");
  await page.press("E-mail: both ways. Change the direction");
  expect(page.text()).toContain("Your changes are not saved. The sync goes on as it was until then.");
  expect(sent()).toEqual([]);
  await page.press("Save changes");
  expect(sent()).toMatchObject([{ to: "PUT /syncs/sync_1", body: { revision: 3 } }]);
  expect(page.text()).not.toContain("Your changes are not saved");
});

test("what stands in the way is said beside its field, and hinders the start", async () => {
  fake.syncs = [anySync({ status: "draft", flows: null })];
  fake.problems = [{ field: "fields.1.b", problem: "nobody can write to Mobile", level: "error" }];
  const page = await pageAt("/syncs/sync_1?tab=setup");
  expect(page.text()).toContain("Nobody can write to Mobile");
  await page.press("Preview and start");
  await page.settle();
  expect(page.text()).toContain("1 thing to set right before it can start");
  expect(page.named("Start the first sync")).toHaveProperty("disabled", true);
});

test("the page says by what changes of each side are noticed", async () => {
  const flows = { a: "flow_a", b: "flow_b", events: { a: { ContactUpdate: "flow_c" }, b: {} } };
  fake.syncs = [anySync({ flows })];
  const page = await pageAt("/syncs/sync_1");
  expect(page.text()).toContain("At once by webhook, and a reading every 5 minutes finds what a webhook lost");
  expect(page.text()).toContain("By reading, every 5 minutes");
  expect(page.text()).not.toContain("in no other way");
});

test("the page says of records that have no list that they come by webhook alone", async () => {
  const flows = { a: "flow_a", b: "flow_b", events: { a: {}, b: { NoteCreate: "flow_b" } } };
  fake.syncs = [anySync({ flows, lastReadAt: { a: null, b: null } })];
  const page = await pageAt("/syncs/sync_1");
  expect(page.text()).toContain("At once by webhook, and in no other way");
  expect(page.text()).toContain("By webhook");
});

test("the preview says what would happen before anything is written, and the first sync starts from there", async () => {
  fake.syncs = [anySync({ status: "draft", flows: null })];
  const page = await pageAt("/syncs/sync_1?tab=preview");
  await page.press("Preview first sync");
  expect(page.text()).toContain("Read 900 contacts and 700 profiles");
  expect(page.text()).toContain("Two profiles have this e-mail");
  expect(page.text()).toContain("852 calls, about 9 min with the quota there is.");
  await page.press("Start the first sync");
  expect(sent().at(-1)).toEqual({ to: "POST /syncs/sync_1/start", body: { first: true } });
  expect(page.text()).toContain("First sync: reading both sides");
});

test("many deletions wait for an answer: leaving them deletes nothing, and deleting is asked once more", async () => {
  const asking = { side: "b" as const, deletions: 120, of: 900, examples: ["Ada Lovelace", "Sam Hill"] };
  fake.syncs = [anySync({ status: "asking", asking })];
  const page = await pageAt("/syncs/sync_1");
  expect(page.text()).toContain("120 of 900 profiles were deleted in Harbour. Delete them in Acme Dental too?");
  expect(page.text()).toContain("Ada Lovelace, Sam Hill and 118 others");
  await page.press("Delete 120 contacts");
  expect(sent()).toEqual([]);
  await page.press("Cancel");
  await page.press("Leave them and unlink");
  expect(sent()).toEqual([{ to: "POST /syncs/sync_1/answer", body: { allow: false } }]);
});

test("a conflict is decided field by field, by keys or with one side for all", async () => {
  fake.syncs = [anySync()];
  const conflict = (field: string, label: string, a: string, b: string) => ({ field, label, a, b, at: 1 });
  const conflicts = [conflict("phone=mobile", "Phone", "+49 1", "+49 2"), conflict("email=mail", "E-mail", "a@x", "b@x")];
  fake.pairs = [
    {
      link: anyPair("pair_1", "Ada Lovelace", { conflicts }),
      values: { "phone=mobile": { a: "+49 1", b: "+49 2" }, "email=mail": { a: "a@x", b: "b@x" }, "city=town": { a: "Bonn", b: "Bonn" } },
    },
  ];
  const page = await pageAt("/syncs/sync_1/pairs/pair_1");
  expect(page.text()).toContain("2 fields to decide");
  expect(page.named("Decide")).toHaveProperty("disabled", true);
  await page.press("Acme Dental for all");
  await page.key("Acme Dental: +49 1", "ArrowRight");
  await page.press("Decide 2 fields");
  expect(sent()).toEqual([{ to: "POST /syncs/sync_1/links/pair_1/decide", body: { choose: { "phone=mobile": "b", "email=mail": "a" } } }]);
  expect(page.text()).toContain("Both say the same.");
});

test("chosen changes are undone after one has seen what would be written", async () => {
  fake.syncs = [anySync()];
  fake.writes = [anyWrite("w1", "Ada Lovelace"), anyWrite("w2", "Sam Hill"), anyWrite("w3", "Eve", { undone: true })];
  const page = await pageAt("/syncs/sync_1?tab=changes");
  await page.press("Choose the change of Ada Lovelace");
  await page.press("Undo 1 change");
  expect(document.body.textContent).toContain("1 record would be put back as it was.");
  const buttons = [...document.querySelectorAll<HTMLElement>("[role=dialog] button")];
  await act(async () => buttons.find(({ textContent }) => textContent === "Undo 1 change")!.click());
  await page.settle();
  expect(sent()).toEqual([
    { to: "POST /syncs/sync_1/undo", body: { writes: ["w1"], dry: true } },
    { to: "POST /syncs/sync_1/undo", body: { writes: ["w1"], dry: false } },
  ]);
});

test("a pair that is gone while somebody looks at it says so, and shows nothing old", async () => {
  fake.syncs = [anySync()];
  fake.pairs = [{ link: anyPair("pair_1", "Ada Lovelace"), values: { "phone=mobile": { a: "+49 1", b: "+49 1" } } }];
  const page = await pageAt("/syncs/sync_1/pairs/pair_1");
  expect(page.text()).toContain("Ada Lovelace");
  fake.pairs = [];
  await page.refetch();
  expect(page.text()).toContain("no pair any more");
  expect(page.text()).not.toContain("Ada Lovelace");
});

test("what a job does is followed: an undo that ends marks its changes, though no run tells of it", async () => {
  fake.syncs = [anySync({ job: anyJob({ kind: "undo", state: "running", done: 0, total: 1 }) })];
  fake.writes = [anyWrite("w1", "Ada Lovelace")];
  const page = await pageAt("/syncs/sync_1?tab=changes");
  expect(page.text()).not.toContain("undone");
  fake.syncs = [anySync({ job: anyJob({ kind: "undo", state: "done", done: 1, total: 1 }) })];
  fake.writes = [anyWrite("w1", "Ada Lovelace", { undone: true })];
  await act(() => new Promise((done) => setTimeout(done, 2_100)));
  await page.settle();
  expect(page.text()).toContain("undone");
});
