/** The pages of syncs in every state, in a real browser over a server of syncs in memory: nobody is shut out, and they fit a phone. */
import type { Route } from "playwright-core";
import { beforeAll, beforeEach, expect, test } from "vitest";
import type { AppView } from "#api/schemas.ts";
import { expectShown } from "#test/support/browser.ts";
import { webPage } from "#test/support/web-page.ts";
import { anyPair, anyPreview, anyWrite, FakeSyncs } from "../../web/src/features/syncs/fake-syncs.test-support.ts";
import { anyDefinition, anyJob, anySync } from "../../web/src/features/syncs/syncs.test-support.ts";
import { anyConnection } from "../../web/src/lib/views.test-support.ts";

const web = webPage();
let fake = new FakeSyncs();
const hour = 3_600_000;

const connections = [
  anyConnection("acme", { app: "left", title: "Acme Dental" }),
  anyConnection("harbour", { app: "right", title: "Harbour Profiles with a rather long name of its own" }),
];

beforeAll(async () => {
  await web.page.route(/\/api\/v1\/(syncs|record-types)/, async (route) => {
    const { pathname, search } = new URL(route.request().url());
    const body: unknown = route.request().postDataJSON();
    const reply = fake.answer(route.request().method(), pathname.replace("/api/v1", "") + search, body);
    await route.fulfill({ status: reply?.status ?? 404, json: reply?.body ?? {} });
  });
  await web.page.route(/\/api\/v1\/connections$/, (route) => route.fulfill({ json: { connections } }));
  await web.page.route(/\/api\/v1\/apps$/, (route) => withApps(route));
});
beforeEach(() => {
  fake = new FakeSyncs();
});

/** The apps of the house, and two of nobody. */
async function withApps(route: Route): Promise<void> {
  const real = (await (await route.fetch()).json()) as { apps: AppView[]; revision: number };
  const [one] = real.apps;
  const further = [
    { ...one!, id: "left", title: "Leftbase", main: true, mark: null },
    { ...one!, id: "right", title: "Rightworks", main: false, mark: null },
  ];
  await route.fulfill({ json: { ...real, apps: [...real.apps.map((app) => ({ ...app, main: false })), ...further] } });
}

const long = "أليكساندرا مارغريتا-شارلوت فون هوهنتسولرن-زيغمارينغن und eine sehr lange Firma GmbH";
const now = Date.now();
const write = (id: string, name: string, more: Parameters<typeof anyWrite>[2] = {}) => anyWrite(id, name, { at: now - hour, ...more });
const conflict = (field: string, label: string, a: string, b: string) => ({ field, label, a, b, at: now - hour });

function works(more: Parameters<typeof anySync>[0] = {}): void {
  fake.syncs = [
    anySync({
      inStepSince: now - 3 * hour,
      lastReadAt: { a: now - 60_000, b: now - 4 * 60_000 },
      updatedAt: now - hour,
      counts: { linked: 8421, conflicts: 2, problems: 1, waiting: 12, ignored: 1 },
      ...more,
    }),
  ];
  fake.writes = [
    write("w1", "Ada Lovelace"),
    write("w2", long, { side: "a", kind: "create", changes: [{ field: "email", label: "E-mail", before: null, after: "x@example.com" }] }),
    write("w3", "Sam Hill", { undone: true, batch: "job_1" }),
  ];
  fake.pairs = [
    {
      link: anyPair("pair_1", "Ada Lovelace", {
        updatedAt: now - hour,
        conflicts: [conflict("Phone=Mobile", "Phone", "+49 30 111", "+49 30 222"), conflict("City=Town", "City", "Bonn", "Berlin")],
      }),
      values: {
        "Phone=Mobile": { a: "+49 30 111", b: "+49 30 222" },
        "City=Town": { a: "Bonn", b: "Berlin" },
        "E-mail=Mail": { a: "ada@example.com", b: "ada@example.com" },
        "Note=Remark": { a: long, b: "" },
      },
    },
    { link: anyPair("pair_2", long, { problem: "Harbour says that this phone number is not valid.", updatedAt: now - hour }), values: {} },
    { link: anyPair("pair_3", "Sam Hill", { b: null, updatedAt: now - hour }), values: {} },
    { link: anyPair("pair_4", "Eve", { ignored: true, updatedAt: now - hour }), values: {} },
  ];
}

test("without a sync the page says what one is, and offers ready ones", async () => {
  fake.ready.push({ ...fake.ready[0]!, id: "tags", title: "Tags with tags", b: { app: "http", type: "tag" } });
  await web.open("/syncs");
  await expectShown(web.page.getByText(/^Connect .* first$/));
  await expectShown(web.page.getByRole("link", { name: /Contacts with profiles/ }));
  await web.expectGoodOnPhone("syncs-empty");
});

test("syncs stand in a list, each with its state", async () => {
  works();
  fake.syncs.push(
    anySync({ id: "s2", name: "Tasks of Acme Dental ↔ Tasks of Harbour", status: "first", job: anyJob({ done: 340, total: 1000 }) }),
    anySync({ id: "s3", name: long, status: "asking", asking: { side: "b", deletions: 120, of: 900, examples: [] } }),
    anySync({ id: "s4", name: "Tags", status: "paused", reason: "The connection Acme Dental is broken." }),
    anySync({ id: "s5", name: "Notes", status: "draft" }),
  );
  await web.open("/syncs");
  await expectShown(web.page.getByText("First sync 34 %"));
  await web.expectGoodOnPhone("syncs-list");
});

test("a new sync begins with its two sides", async () => {
  await web.open("/syncs/new?a=left+acme+contact");
  await expectShown(web.page.getByText("Changes arrive at once."));
  await web.expectGoodOnPhone("syncs-new");
});

test("the set-up has its rows, rules and policies, and can be worked by keys", async () => {
  works({ status: "draft", resting: { "phone=mobile": "The field “Mobile” of profiles no longer exists." } });
  const definition = anyDefinition();
  fake.syncs[0]!.definition = anyDefinition({
    fields: definition.fields.map((pair, at) => (at === 0 ? { ...pair, toB: "{{ value | downcase }}", conflict: "ask" } : pair)),
    match: [
      [{ a: "email", b: "mail" }],
      [
        { a: "phone", b: "mobile" },
        { a: "email", b: "mail" },
      ],
    ],
    only: { a: "record.email != blank" },
    deletes: { a: "delete", b: "archive", most: 0.05 },
  });
  fake.problems = [{ field: "fields.1.b", problem: "nobody can write to Mobile", level: "error" }];
  await web.open("/syncs/sync_1");
  await expectShown(web.page.getByText("Nobody can write to Mobile"));
  const arrow = web.page.getByRole("button", { name: /^Phone: / });
  await arrow.focus();
  await web.page.keyboard.press("ArrowRight");
  await expectShown(web.page.getByRole("button", { name: /^Phone: from Acme Dental to Harbour/ }));
  const rules = web.page.getByRole("list", { name: /^Rules/ }).locator(":scope > li");
  await rules.nth(1).getByRole("button", { name: "Move rule 2 up" }).focus();
  await web.page.keyboard.press("Alt+ArrowUp");
  await expect.poll(() => rules.nth(0).textContent()).toContain("Phone");
  await rules.nth(1).getByTitle("Drag to another place").dragTo(rules.nth(0));
  await expect.poll(() => rules.nth(0).textContent()).not.toContain("Phone");
  await rules.nth(0).getByRole("button", { name: "Move rule 1 down" }).click();
  await expect.poll(() => rules.nth(0).textContent()).toContain("Phone");
  // The keys go on with the rule, where it is now.
  await expectShown(rules.nth(1).locator(":focus"));
  await web.expectGoodOnPhone("syncs-set-up");
  await web.page.getByRole("button", { name: "How E-mail is changed on its way" }).click();
  await web.page.getByRole("dialog").getByLabel("Try it with a value of Acme Dental").fill("ADA@EXAMPLE.COM");
  await expectShown(web.page.getByRole("dialog").getByText("ada@example.com").first());
  await web.expectGoodOnPhone("syncs-field-options");
  await web.page.getByRole("button", { name: "Done" }).click();
  await web.page.getByRole("button", { name: "Add a field" }).click();
  await web.page.getByRole("button", { name: "Field of Acme Dental: Choose a field" }).click();
  await web.page.getByRole("option", { name: /Favourite tooth/ }).waitFor();
  await web.expectGood("syncs-field-pick");
  await web.page.getByRole("option", { name: /Favourite tooth/ }).click();
  await web.page.getByRole("button", { name: /^Field of Harbour.*: Choose a field/ }).click();
  await web.page.getByRole("option", { name: /^Mail/ }).click();
  await expectShown(web.page.getByRole("button", { name: /^Favourite tooth: both ways/ }));
  await web.page.getByRole("tab", { name: "JSON" }).click();
  await web.page.getByRole("textbox", { name: "The sync as JSON" }).waitFor();
  await web.expectGoodOnPhone("syncs-json");
});

test("the preview shows what would happen, with examples", async () => {
  works({ status: "draft", flows: null });
  fake.preview = anyPreview({ at: now - 60_000 });
  await web.open("/syncs/sync_1?tab=preview");
  await expectShown(web.page.getByText("Two profiles have this e-mail"));
  await web.expectGoodOnPhone("syncs-preview");
});

test("the overview says what differs, how far a job is, and asks before many deletions", async () => {
  works({ job: anyJob({ done: 3400, failed: 3, total: 10_000, perMinute: 100, endsAt: now + hour }) });
  await web.open("/syncs/sync_1");
  await expectShown(web.page.getByRole("progressbar"));
  await web.expectGoodOnPhone("syncs-overview");
  works({ status: "asking", asking: { side: "b", deletions: 120, of: 900, examples: ["Ada Lovelace", long] } });
  await web.open("/syncs/sync_1");
  await expectShown(web.page.getByText(/Delete them in Acme Dental too/));
  await web.expectGoodOnPhone("syncs-asking");
});

test("pairs, changes and an undo are lists one can work through", async () => {
  works();
  await web.open("/syncs/sync_1?tab=pairs");
  await expectShown(web.page.getByText("2 fields to decide"));
  await web.expectGoodOnPhone("syncs-pairs");
  await web.open("/syncs/sync_1?tab=changes");
  await web.page.getByRole("checkbox", { name: "Choose the change of Ada Lovelace" }).click();
  await web.expectGoodOnPhone("syncs-changes");
  await web.page.getByRole("button", { name: "Undo 1 change" }).click();
  await expectShown(web.page.getByText("1 record would be put back as it was."));
  await web.expectGoodOnPhone("syncs-undo");
});

test("a pair stands side by side, and its conflicts are decided by keys", async () => {
  works();
  await web.open("/syncs/sync_1/pairs/pair_1");
  await web.page.getByRole("radio", { name: "Acme Dental: +49 30 111" }).focus();
  await web.page.keyboard.press("ArrowRight");
  await web.expectGoodOnPhone("syncs-pair");
  await web.page.getByRole("button", { name: "Decide 1 field" }).click();
  await expectShown(web.page.getByText("1 field to decide"));
  expect(fake.requests.at(-1)).toMatchObject({ body: { choose: { "Phone=Mobile": "b" } } });
});
