/** Automatic tag clean-up, as the guides ask for it (S7): by clicks, with what is left, and with the way back. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { connectAcme, until, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";
import { contactAt } from "#test/triggers/watched/contacts.ts";

const web = webPage();
const { open, expectGoodOnPhone } = web;
const { acmeDental } = sandboxDefaults;
let house: House;
let page: Page;
let sandbox: Sandbox;

beforeAll(async () => {
  ({ house, page } = web);
  sandbox = house.millrace.sandbox!.systems;
  sandbox.state.search.lagMs = 0;
  await connectAcme(house.millrace);
  for (const tag of sandbox.state.tags.all()) sandbox.state.tags.delete(tag.id);
  for (const name of ["spring 2019", "nobody", "welcome", "customer"])
    sandbox.state.tags.put({ id: sandbox.state.newId(), locationId: acmeDental, name });
  sandbox.state.saveContact({ ...contactAt("una", 1, Date.now(), {}), locationId: acmeDental, tags: ["customer", "spring 2019"] });
  await house.millrace.engine.flows.create("ws_main", {
    name: "Say welcome",
    trigger: { app: "highlevel", operation: "contacts.search", connection: "acme" },
    steps: [
      { id: "tag", app: "highlevel", operation: "contacts.add_tags", connection: "acme", input: { contactId: "una", tags: "welcome" } },
    ],
  });
});

const known = () =>
  sandbox.state.tags
    .inLocation(acmeDental)
    .map(({ name }) => name)
    .sort();

test("S7: a rule archives what nobody uses, leaves what a flow mentions, reports both, and what it took comes back", async () => {
  await open("/tags");
  await page.getByRole("button", { name: "Read tags" }).click();
  await page.getByRole("listitem", { name: "nobody", exact: true }).getByText("Unused").waitFor();
  await page.getByRole("tab", { name: "Cleaning rules" }).click();
  await page.getByRole("button", { name: "Add cleaning rule" }).click();
  await page.getByLabel("Unused for days").fill("0");
  await page.getByRole("dialog").getByRole("button", { name: "Add cleaning rule" }).click();
  const rule = page.getByRole("article", { name: "Unused tags" });
  await rule.getByText("Archives unused tags, every 7 days.").waitFor();
  await rule.getByText("Finds 1 tag now, leaves 1").click();
  await rule.getByText("welcome is left: The flow “Say welcome” mentions it.").waitFor();
  await expectGoodOnPhone("tags-rule");
  await rule.getByRole("button", { name: "Change rule" }).click();
  await page.getByLabel("Every so many days").fill("14");
  await page.getByRole("button", { name: "Save cleaning rule" }).click();
  await rule.getByText("Archives unused tags, every 14 days.").waitFor();
  await rule.getByRole("button", { name: "Run now" }).click();
  await rule.getByText("1 tag cleaned, 1 left.").waitFor();
  await until(
    "the unused tag is gone",
    async () => known(),
    (names) => !names.includes("nobody"),
  );
  expect(known()).toEqual(["customer", "spring 2019", "welcome"]);
  await page.getByRole("tab", { name: "Archived 1" }).click();
  await page.getByRole("list", { name: "Archived tags" }).getByRole("button", { name: "Bring back" }).click();
  await until(
    "it is back",
    async () => known(),
    (names) => names.includes("nobody"),
  );
  expect(sandbox.state.contacts.get("una")!.tags).toEqual(["customer", "spring 2019"]);
});
