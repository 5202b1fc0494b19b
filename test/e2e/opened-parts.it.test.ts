/** What opens over the editor and over the list of flows, and what is chosen there: seen in both themes, and worked by the keyboard alone. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { FlowDetail, FlowView } from "#api/schemas.ts";
import { picture } from "#test/support/browser.ts";
import { byKeys, type Hands } from "#test/support/hands.ts";
import { connectAcme, until, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

// A refused publish is an answer of the server, which the browser notes by itself.
const web = webPage({ expected: /status of 409/ });
const { open, expectGood, expectGoodOnPhone } = web;
let house: House;
let page: Page;
let hands: Hands;
const made = async (flow: object) => (await house.api<FlowDetail>("POST", "/flows", flow)).body.id;
const stepsOf = async (id: string) =>
  (await house.api<FlowDetail>("GET", `/flows/${id}`)).body.definition.steps as unknown as Record<string, unknown>[];
const flows = async () => (await house.api<{ flows: FlowView[] }>("GET", "/flows")).body.flows;
beforeAll(async () => {
  ({ house, page } = web);
  hands = byKeys(page);
  await connectAcme(house.millrace);
});

const tagged = { app: "highlevel", operation: "contacts.tag_added", connection: "acme", every: "5m", input: { tag: "gold" } };
const panel = () => page.getByRole("complementary", { name: "What is selected" });
const isSaved = () => page.getByRole("status").getByText("Saved", { exact: true }).waitFor();
const card = (name: RegExp) => page.getByRole("button", { name });
/** The words of what has the focus. */
const focused = () => page.evaluate<string>("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent");

describe("the list of flows", () => {
  const hook = { trigger: { app: "http", operation: "webhook" }, steps: [{ id: "end", stop: "success" }] };
  const more = (name: string) => page.getByRole("button", { name: `More about ${name}`, exact: true });
  const choose = async (flow: string, item: string) => {
    await hands.press(more(flow));
    await hands.press(page.getByRole("menuitem", { name: item }));
  };

  test("has heads over its columns, and a menu on each row", async () => {
    await house.api("POST", `/flows/${await made({ name: "Orders", ...hook })}/publish`);
    await house.api("PATCH", `/flows/${await made({ name: "Refunds", ...hook })}`, { folder: "Shop" });
    await open("/flows");
    await more("Orders").waitFor();
    const heads = page.getByRole("table", { name: "Shop" }).getByRole("columnheader");
    await page.getByRole("table", { name: "Shop" }).getByRole("checkbox", { name: "Select all flows shown" }).waitFor();
    expect((await heads.allInnerTexts()).slice(1)).toEqual(["Flow", "Status", "Last 24 hours", "Last run", "Actions"]);
    await hands.press(more("Orders"));
    await page.getByRole("menuitem", { name: "Pause flow" }).waitFor();
    await expectGood("flows-row-menu");
    await page.keyboard.press("Escape");
    await expect.poll(focused).toBe("More about Orders");
  });

  test("pauses, renames, moves, copies and deletes a flow where it stands", async () => {
    await choose("Orders", "Pause flow");
    await page
      .getByRole("row", { name: /Orders/ })
      .getByText("Paused")
      .waitFor();
    await choose("Orders", "Rename");
    const dialog = page.getByRole("dialog", { name: "Name and folder" });
    await hands.type(dialog.getByLabel("Name"), "Paid orders");
    await hands.choose(dialog.getByLabel("Folder"), "sh", /^Shop$/);
    await expectGoodOnPhone("flows-name-and-folder");
    await hands.press(dialog.getByRole("button", { name: "Save" }));
    await page.getByRole("region", { name: "Shop" }).getByRole("link", { name: "Paid orders" }).waitFor();
    await choose("Paid orders", "Duplicate flow");
    await expectGoodOnPhone("flows-duplicate", page.getByRole("dialog", { name: "Duplicate flow" }));
    await hands.press(page.getByRole("button", { name: "Create copy" }));
    await page.getByRole("heading", { name: "Paid orders (copy)" }).waitFor();

    await open("/flows");
    await choose("Paid orders (copy)", "Delete flow");
    await hands.press(page.getByRole("alertdialog").getByRole("button", { name: "Delete flow" }));
    await more("Paid orders (copy)").waitFor({ state: "detached" });
    await expect.poll(focused).toBe("Flows"); // the row that had it is gone
    expect((await flows()).map(({ name, folder, status }) => `${folder}: ${name}, ${status}`).sort()).toEqual([
      "Shop: Paid orders, off",
      "Shop: Refunds, draft",
    ]);
  });
});

describe("dates", () => {
  const task = { id: "task", app: "highlevel", operation: "contacts.create_task", connection: "acme" };
  let id: string;
  beforeAll(async () => {
    const steps = [
      { id: "recent", filter: "trigger.dateAdded > '2026-01-15'" },
      { id: "until", wait: "{{ 'now' | plus_days: 1 }}" },
      { ...task, input: { contactId: "{{ trigger.id }}", title: "Call" } },
    ];
    id = await made({ name: "Dates", trigger: tagged, steps });
  });

  test("of a task, a wait and a condition are chosen in one way", async () => {
    await open(`/flows/${id}?at=steps.2`);
    await hands.type(panel().getByRole("spinbutton", { name: /^Due/ }), "3");
    await hands.select(panel().getByLabel("Unit of Due"), "working days");
    await expectGoodOnPhone("dates-task", page.getByLabel("Unit of Due"));
    await hands.press(card(/^2 ?Wait until/));
    await hands.select(panel().getByLabel("How Until is given"), "On");
    await hands.type(panel().getByLabel(/^Until/), "013120270900AM");
    await expectGood("dates-wait");
    // Nobody wrote this draft in this browser: nothing is read for it before somebody says so, and without data a date is a text.
    await hands.press(page.getByRole("button", { name: "Try it" }));
    await hands.press(card(/^1 ?Continue only if/));
    expect(await panel().getByLabel("Value", { exact: true }).inputValue()).toBe("2026-01-15");
    await hands.select(panel().getByLabel("How the value is given"), "Before now by");
    await hands.type(panel().getByLabel("Value", { exact: true }), "30");
    await panel().getByText("The date added is after now minus 30 days.").waitFor();
    await expectGoodOnPhone("dates-condition", page.getByLabel("How the value is given"));
    await isSaved();
    expect(await stepsOf(id)).toMatchObject([
      { filter: "trigger.dateAdded > ('now' | minus_days: 30)" },
      { wait: "2027-01-31T09:00" },
      { input: { dueDate: "{{ 'now' | plus_business_days: 3 }}" } },
    ]);
  });
});

describe("what opens over the editor", () => {
  const note = { id: "note", app: "highlevel", operation: "contacts.create_note", connection: "acme" };
  const steps = [
    { id: "only", filter: "trigger.firstName == ''" },
    { ...note, input: { contactId: "{{ trigger.id }}", body: "{{ trigger.dateAdded | date: '%d.%m.%Y' }}" } },
  ];
  let id: string;
  beforeAll(async () => void (id = await made({ name: "Notes", trigger: tagged, steps })));

  test("lets everybody in: the values for a condition, the picker, the menu of the fields, the menu of a value", async () => {
    await open(`/flows/${id}?at=steps.0`);
    await hands.type(panel().getByLabel("Value", { exact: true }), "a");
    await page.keyboard.press("Backspace");
    await page.getByRole("listbox", { name: "Values in the samples" }).waitFor();
    await expectGoodOnPhone("condition-values");
    await hands.press(page.getByRole("button", { name: "Add a step before step 2" }));
    await page.getByRole("combobox", { name: "Add a step" }).waitFor();
    await expectGood("picker");
    await page.keyboard.press("Escape");
    await expect.poll(focused).toBe("Add a step before step 2");
    await hands.press(card(/^2 ?Create contact note/));
    await hands.press(panel().getByRole("button", { name: "More about these fields" }));
    await page.getByRole("menuitem", { name: "Use a mapping" }).waitFor();
    await expectGood("mapping-menu");
    await page.keyboard.press("Escape");
    await hands.type(panel().getByRole("textbox", { name: "Text", exact: true }), "");
    await page.keyboard.press("ArrowRight"); // onto the value
    await page.keyboard.press("Enter");
    await expect.poll(focused).toBe("Add a change");
    await hands.choose(page.getByRole("combobox", { name: "Format" }), "Jan", /January 15, 2026/);
    await page.keyboard.press("ArrowDown");
    const formats = page.getByRole("listbox", { name: "Format" });
    await formats.waitFor();
    await expectGood("value-menu");
    await page.keyboard.press("Escape");
    await formats.waitFor({ state: "detached" });
    await page.getByRole("dialog", { name: "Change Date added" }).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(focused).toBe("Text");
    await isSaved();
    expect((await stepsOf(id))[1]).toMatchObject({ input: { body: "{{ trigger.dateAdded | date: '%B %-d, %Y' }}" } });
  });

  test("a step is carried to another place by its handle and the arrows, and is said to be there", async () => {
    await open(`/flows/${id}`);
    const handle = page.getByRole("button", { name: "Move step 2" });
    await hands.reach(handle);
    await page.keyboard.press("Space");
    await page.getByText(/^Before the end of the flow/).waitFor({ state: "attached" });
    // The places are measured a moment after a step is picked up; above the first there is none.
    const goUp = async () => {
      await page.keyboard.press("ArrowUp");
      return page.getByText(/^Before step 1/).count();
    };
    await expect.poll(goUp, { timeout: 10_000 }).toBe(1);
    await picture(page, "carried");
    await page.keyboard.press("Space");
    await isSaved();
    await expect.poll(async () => (await stepsOf(id)).map((step) => step["id"])).toEqual(["note", "only"]);
    await expect.poll(focused).toMatch(/1Create contact note/);
  });
});

test("an address of the private network is allowed where publishing stops at it", async () => {
  const step = { id: "a", app: "http", operation: "post", input: { url: "http://10.0.0.78:8080/hook" } };
  const id = await made({ name: "To the warehouse", trigger: { app: "http", operation: "webhook" }, steps: [step] });
  await open(`/flows/${id}`);
  await hands.press(page.getByRole("button", { name: "Publish flow" }));
  const dialog = page.getByRole("dialog", { name: "Not published: its runs would fail" });
  await dialog.getByText("10.0.0.78:8080 is an address of a private network").waitFor();
  await expectGoodOnPhone("publish-stop-allow");
  expect(await dialog.getByRole("button", { name: "Publish again" }).count(), "nothing was mended yet").toBe(0);
  await hands.press(dialog.getByRole("button", { name: "Allow 10.0.0.78:8080" }));
  await dialog.getByText("Flows may call 10.0.0.78:8080 now.").waitFor();
  await expect.poll(focused).toContain("Flows may call");
  await expectGood("publish-stop-allowed");
  await hands.press(dialog.getByRole("button", { name: "Publish again" }));
  await page.getByRole("button", { name: "Pause flow" }).waitFor();
  const { hosts } = (await house.api<{ hosts: { host: string }[] }>("GET", "/private-hosts")).body;
  expect(JSON.stringify(hosts)).toContain("10.0.0.78:8080");
  await until("it is on", flows, (all) => all.find((flow) => flow.id === id)?.status === "on");
});
