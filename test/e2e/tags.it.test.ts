/** The page of tags: found, merged, renamed and archived with the numbers before, and everything given back. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { connectAcme, until, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";
import { contactAt } from "#test/triggers/watched/contacts.ts";

/** A name that is taken is refused while it is written. */
const web = webPage({ expected: /status of 400/ });
const { open, expectGood, expectGoodOnPhone } = web;
const { acmeDental } = sandboxDefaults;
const people = 24;
let house: House;
let page: Page;
let sandbox: Sandbox;

beforeAll(() => {
  ({ house, page } = web);
  sandbox = house.millrace.sandbox!.systems;
  sandbox.state.search.lagMs = 0;
  for (const tag of sandbox.state.tags.all()) sandbox.state.tags.delete(tag.id);
  for (const name of ["promoter", "promoters", "old campaign"])
    sandbox.state.tags.put({ id: sandbox.state.newId(), locationId: acmeDental, name });
  for (let i = 0; i < people; i++)
    sandbox.state.saveContact({
      ...contactAt(`p${i}`, 1, Date.now(), {}),
      locationId: acmeDental,
      tags: [i % 3 ? "promoter" : "promoters"],
    });
});

const all = () => Array.from({ length: people }, (_, i) => sandbox.state.contacts.get(`p${i}`)!.tags.toSorted());
const row = (name: string) => page.getByRole("listitem", { name, exact: true });
const change = (title: string) => page.getByRole("list", { name: "Changes" }).getByRole("article", { name: title });

test("without a sub-account, the page says what it is for and where to go", async () => {
  await open("/tags");
  await page.getByText("Connect a sub-account whose app has tags").waitFor();
  expect(await page.getByRole("link", { name: "Go to connections" }).getAttribute("href")).toBe("/connections");
  await connectAcme(house.millrace);
});

test("tags are read when somebody asks, and each says how many carry it", async () => {
  await open("/tags");
  await page.getByText("The tags of Acme Dental have not been read yet.").waitFor();
  await page.getByRole("button", { name: "Read tags" }).click();
  await row("promoter").getByText("16 contacts").waitFor();
  await row("old campaign").getByText("Unused").waitFor();
  await expectGoodOnPhone("tags");
  await page.getByLabel("Use", { exact: true }).selectOption({ label: "Unused" });
  await row("promoter").waitFor({ state: "detached" });
  expect(new URL(page.url()).search).toContain("show=unused");
});

test("two that look alike are merged with the numbers said before, and an undo gives back what was", async () => {
  const before = all();
  await open("/tags?tab=alike");
  await page.getByRole("button", { name: "Merge into promoter" }).click();
  const dialog = page.getByRole("dialog", { name: "Merge tags" });
  const numbers = dialog.getByRole("region", { name: "What it touches" });
  await numbers.getByText("8", { exact: true }).first().waitFor();
  await expectGood("tags-merge");
  await dialog.getByRole("button", { name: "Merge tags" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("tab", { name: "Changes" }).click();
  await change("Merge promoters into promoter").getByText("Done: 8 contacts").waitFor();
  expect(all().every((tags) => tags.join() === "promoter")).toBe(true);
  await expectGoodOnPhone("tags-changes");
  await change("Merge promoters into promoter").getByRole("button", { name: "Undo" }).click();
  await change("Bring back promoters").getByText("Done: 8 contacts").waitFor();
  expect(all()).toEqual(before);
});

test("a tag is given a colour and a new name everywhere, and is archived and brought back with what carried it", async () => {
  const before = all();
  await open("/tags");
  await row("promoters").getByRole("button", { name: "More about promoters" }).click();
  await page.getByRole("menuitem", { name: "Colour and description" }).click();
  await page.getByRole("textbox", { name: "Description" }).fill("They tell others");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await row("promoters").getByText("They tell others").waitFor();

  await row("promoters").getByRole("button", { name: "More about promoters" }).click();
  await page.getByRole("menuitem", { name: "Rename everywhere" }).click();
  const dialog = page.getByRole("dialog", { name: "Rename everywhere" });
  await dialog.getByLabel("New name of promoters").fill("promoter");
  await dialog.getByText("merge into it instead").waitFor();
  await dialog.getByLabel("New name of promoters").fill("fan");
  await dialog.getByRole("button", { name: "Rename tag" }).click();
  await row("fan").getByText("8 contacts").waitFor();
  await row("fan").getByText("They tell others").waitFor();

  await row("fan").getByRole("checkbox", { name: "Tick fan" }).check();
  await page.getByRole("toolbar", { name: "Ticked tags" }).getByRole("button", { name: "Archive tags" }).click();
  await page.getByRole("dialog", { name: "Archive" }).getByRole("button", { name: "Archive", exact: true }).click();
  await page.getByRole("tab", { name: "Archived 1" }).click();
  await page.getByRole("list", { name: "Archived tags" }).getByText("8 contacts remembered").waitFor();
  expect(all().flat()).not.toContain("fan");
  await page.getByRole("button", { name: "Bring back" }).click();
  await until(
    "it is back",
    async () =>
      all()
        .flat()
        .filter((tag) => tag === "fan").length,
    (carriers) => carriers === 8,
  );
  expect(all().map((tags) => tags.includes("fan"))).toEqual(before.map((tags) => tags.includes("promoters")));
});

test("tags that nobody can change say so, and cannot be ticked", async () => {
  await open("/tags");
  await page.getByLabel("Kind of tag").selectOption({ label: "Social planner tags · HighLevel" });
  await page.getByText("HighLevel's API reads the tags of posts and changes none.").waitFor();
  expect(await page.getByRole("list", { name: "Tags" }).getByRole("checkbox").count()).toBe(0);
});
