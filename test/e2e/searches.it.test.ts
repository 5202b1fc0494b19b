/** Fields that used to be a raw list: filters and order of a search, records in a list, custom fields with options. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { FlowDetail, FlowView } from "#api/schemas.ts";
import { expectShown } from "#test/support/browser.ts";
import { connectAcme, until, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

/** A flow that lacks something is not published: the browser notes the refusal. */
const web = webPage({ expected: /409 \(Conflict\)/ });
const { open, expectGood, expectGoodOnPhone } = web;
let house: House;
let page: Page;
let id: string;
beforeAll(async () => {
  ({ house, page } = web);
  await connectAcme(house.millrace);
  const call = (step: string, operation: string, input: object) => ({ id: step, app: "highlevel", operation, connection: "acme", input });
  await house.api("POST", "/flows", {
    name: "Old contacts",
    trigger: { app: "highlevel", operation: "contacts.tag_added", connection: "acme", every: "5m", input: { tag: "" } },
    steps: [
      call("search", "contacts.search", {}),
      call("calendar", "calendars.create", { name: "Check-ups", teamMembers: [{ userId: "u1", priority: 0.5 }] }),
      call("contact", "contacts.create", { email: "ada@example.com", customFields: { "Customer segment": "Regular" } }),
      { id: "gold", filter: "" },
    ],
  });
  const { flows } = (await house.api<{ flows: FlowView[] }>("GET", "/flows")).body;
  id = flows.find(({ name }) => name === "Old contacts")!.id;
});

const panel = () => page.getByRole("complementary", { name: "What is selected" });
const group = (name: string) => panel().getByRole("group", { name, exact: true });
const inputOf = async (step: number) => {
  const { definition } = (await house.api<FlowDetail>("GET", `/flows/${id}`)).body;
  return (definition.steps[step] as unknown as { input: Record<string, unknown> }).input;
};
const openStep = async (step: number) => {
  await open(`/flows/${id}?at=steps.${step}`);
  await panel().getByRole("tab", { name: "Fields" }).click();
};

describe("a search", () => {
  test("is narrowed by rows of a field, a comparison in words and a value of the right kind", async () => {
    await openStep(0);
    const filters = group("Filters");
    const add = filters.getByRole("button", { name: "Add a condition" });
    await add.click();
    await filters.getByLabel("Field of condition 1").selectOption({ label: "Tags" });
    await filters.getByText("Fill in what it is compared with.").waitFor();
    await filters.getByLabel("Value of Tags").pressSequentially("vi");
    await page.getByRole("option", { name: "vip", exact: true }).click();
    await add.click();
    await filters.getByLabel("Field of condition 2").selectOption({ label: "Date added" });
    await filters.getByLabel("How Value of Date added is given").selectOption({ label: "Before now by" });
    await filters.getByLabel("Value of Date added", { exact: true }).fill("7");
    await add.click();
    await filters.getByLabel("Field of condition 3").focus(); // the custom fields are asked for then
    await filters.locator("optgroup[label='Custom fields']").first().waitFor({ state: "attached" });
    await filters.getByLabel("Field of condition 3").selectOption({ label: "Customer segment" });
    await filters.getByLabel("Value of Customer segment").selectOption({ label: "Regular" });
    await filters.getByLabel("How many must hold").selectOption({ label: "Any of these" });
    await expectGoodOnPhone("searches-filters", page.getByRole("group", { name: "Filters", exact: true }));
    const saved = await until(
      "the filters are saved",
      () => inputOf(0),
      ({ filters: written }) => JSON.stringify(written ?? null).includes("Regular") && JSON.stringify(written).includes("OR"),
    );
    expect(saved["filters"]).toEqual([
      {
        group: "OR",
        filters: [
          { field: "tags", operator: "eq", value: "vip" },
          { field: "dateAdded", operator: "range", value: { gt: "{{ 'now' | minus_days: 7 }}" } },
          { field: expect.stringMatching(/^customFields\.\w+$/), operator: "eq", value: "Regular" },
        ],
      },
    ]);
  });

  test("is put in order by a field and a direction in words", async () => {
    const order = group("Order");
    await order.getByRole("button", { name: "Choose an order" }).click();
    await order.getByLabel("Ordered by").selectOption({ label: "Date updated" });
    await order.getByLabel("Direction 1").selectOption({ label: "oldest first" });
    const isSaved = ({ sort }: Record<string, unknown>) => JSON.stringify(sort ?? null).includes("asc");
    expect((await until("the order is saved", () => inputOf(0), isSaved))["sort"]).toEqual([{ field: "dateUpdated", direction: "asc" }]);
    expect(await panel().getByLabel("Page", { exact: true }).isVisible()).toBe(false);
  });
});

test("a list of records has a control for each member", async () => {
  await openStep(1);
  const members = panel().getByRole("group", { name: /, 1$/ }).first();
  await members.getByLabel("Is primary").selectOption({ label: "Yes" });
  await expectGood("searches-records");
  const isSaved = ({ teamMembers }: Record<string, unknown>) => JSON.stringify(teamMembers).includes("true");
  const { teamMembers } = await until("the record is saved", () => inputOf(1), isSaved);
  expect(teamMembers).toEqual([{ userId: "u1", priority: 0.5, isPrimary: true }]);
});

test("a custom field with options offers them, and something else", async () => {
  await openStep(2);
  const value = panel().getByRole("combobox", { name: "Custom fields, Customer segment" });
  await until(
    "its options are offered",
    () => value.locator("option").allTextContents(),
    (all) => all.length > 1,
  );
  expect(await value.locator("option").allTextContents()).toEqual(["Choose", "New patient", "Regular", "Family plan", "Something else …"]);
  await value.selectOption({ label: "Family plan" });
  await expectGood("searches-custom-fields");
  const isSaved = ({ customFields }: Record<string, unknown>) => JSON.stringify(customFields).includes("Family plan");
  await until("it is saved", () => inputOf(2), isSaved);
});

test("an empty condition stops publishing, and leads to its step", async () => {
  await open(`/flows/${id}`);
  await page
    .getByRole("tab", { name: /^Checks/ })
    .getByText(/\d/)
    .waitFor();
  await page.getByRole("button", { name: "Publish flow" }).click();
  const stop = page.getByRole("dialog", { name: "Not published: something is missing" });
  await stop.getByText("'Condition' is empty.").waitFor();
  expect(await stop.getByRole("button", { name: "Publish anyway" }).count()).toBe(0);
  await expectGood("publish-stop-missing");
  const item = stop.getByRole("listitem").filter({ hasText: "'Condition' is empty." });
  await item.getByRole("link", { name: "Open the step" }).click();
  await group("Continue only if").waitFor();
});

test("F6 goes from the steps to the panel, to Publish and to the tabs", async () => {
  await page.getByRole("button", { name: /^4 Continue only if/ }).focus();
  const isAt = (what: ReturnType<Page["getByRole"]>) => expectShown(what.and(page.locator(":focus")));
  await page.keyboard.press("F6");
  await expectShown(panel().locator(":focus"));
  await page.keyboard.press("F6");
  await isAt(page.getByRole("button", { name: "Publish flow" }));
  await page.keyboard.press("F6");
  await isAt(page.getByRole("tab", { name: "Steps" }));
  await page.keyboard.press("Shift+F6");
  await isAt(page.getByRole("button", { name: "Publish flow" }));
});
