/** A flow is built in the editor, by clicks and by keys, without a word of JSON. */
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import type { FlowDetail, FlowView } from "#api/schemas.ts";
import { picture } from "#test/support/browser.ts";
import { connectAcme, until, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

/** A browser without a network notes every request that does not leave it. */
const web = webPage({ expected: /ERR_INTERNET_DISCONNECTED/ });
const { open, expectGood, expectFits } = web;
let house: House;
let page: Page;
beforeAll(async () => {
  ({ house, page } = web);
  await connectAcme(house.millrace);
});

const name = "Gold contacts to the shop";
const isSaved = () => page.getByRole("status").getByText("Saved", { exact: true }).waitFor();
const flowOf = async (): Promise<FlowDetail> => {
  const { flows } = (await house.api<{ flows: FlowView[] }>("GET", "/flows")).body;
  return (await house.api<FlowDetail>("GET", `/flows/${flows.find((one) => one.name === name)!.id}`)).body;
};
const stepsOf = async () => (await flowOf()).definition.steps as unknown as Record<string, unknown>[];
const panel = () => page.getByRole("complementary", { name: "What is selected" });

describe("the editor", () => {
  test("builds a flow from a trigger, a filter and a request, by clicks", async () => {
    await house.api("POST", "/flows", {
      name,
      trigger: { app: "highlevel", operation: "contacts.tag_added", connection: "acme", every: "5m", input: { tag: "" } },
      steps: [],
    });
    await open(`/flows/${(await flowOf()).id}?at=trigger`);
    await panel().getByRole("tab", { name: "Fields" }).click();
    const tag = panel().getByRole("combobox", { name: /^Tag/ });
    await tag.pressSequentially("vi");
    await page.getByRole("option", { name: "vip", exact: true }).click();
    expect(await tag.inputValue()).toBe("vip");
    await page.getByRole("button", { name: "Add a step as the first" }).click();
    await page.getByRole("combobox", { name: "Add a step" }).fill("only continue");
    await page.getByRole("option", { name: /^Filter Continue only if/ }).click();
    await panel().getByRole("group", { name: "Continue only if" }).waitFor();
    await expectGood("editor-filter");
    await page.getByRole("button", { name: "Add a step after step 1" }).click();
    await page.getByRole("combobox", { name: "Add a step" }).fill("http request");
    await page
      .getByRole("option", { name: /^Send data/ })
      .first()
      .click();
    await panel()
      .getByLabel(/^Address/)
      .pressSequentially("https://shop.example.com/gold");
    await panel().getByRole("button", { name: "Add a value" }).first().click();
    await panel()
      .getByLabel(/, name 1$/)
      .fill("email");
    await expectGood("editor-fields");
    await isSaved();
    expect(await stepsOf()).toMatchObject([
      { filter: "" },
      { app: "http", operation: "post", input: { url: "https://shop.example.com/gold", body: { email: "" } } },
    ]);
    await page.getByRole("button", { name: /^2 Send data to shop\.example\.com\/gold/ }).waitFor();
  });

  test("moves, copies, switches off, deletes and undoes by keys alone", async () => {
    await page.getByRole("button", { name: /^2 Send data to/ }).focus();
    await page.keyboard.press("Alt+ArrowUp");
    await page.getByRole("button", { name: /^1 Send data to/ }).waitFor();
    await page.keyboard.press("Control+d");
    await page.getByRole("button", { name: /^2 Send data to/ }).waitFor();
    await isSaved();
    expect((await stepsOf()).map(({ operation }) => operation ?? "filter")).toEqual(["post", "post", "filter"]);
    await page.keyboard.press("Delete");
    await until(
      "the copy is gone",
      () => page.getByRole("button", { name: /Send data to/ }).count(),
      (n) => n === 2,
    );
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+z");
    await page.keyboard.press("Control+z");
    await isSaved();
    expect((await stepsOf()).map(({ operation }) => operation ?? "filter")).toEqual(["filter", "post"]);
  });

  test("keeps what could not be saved, and saves it once the server answers again", async () => {
    await page.context().setOffline(true);
    await page.getByRole("button", { name: "Flow settings" }).click();
    await panel().getByLabel("What it is for").fill("Written on a train");
    await page.getByRole("status").getByText("Not saved, trying again").waitFor();
    await page.context().setOffline(false);
    await isSaved();
    expect((await flowOf()).definition.description).toBe("Written on a train");
  });

  test("shows the same flow as JSON, and what is written there as cards", async () => {
    await page.getByRole("tab", { name: "JSON" }).click();
    const { definition } = await flowOf();
    const json = page.getByLabel("The flow as JSON");
    await json.press("Control+a");
    await json.press("Delete"); // `fill` alone makes the browser keep the colours of what it replaces
    await json.fill(JSON.stringify({ ...definition, steps: [{ id: "w", wait: "2h" }] }));
    await isSaved();
    await expectGood("editor-json");
    await page.getByRole("tab", { name: "Steps" }).click();
    await page.getByRole("button", { name: /^1 Wait 2 hours/ }).waitFor();
  });

  test("fits a phone", async () => {
    await web.toPhone();
    await page.getByRole("dialog", { name: "What is selected" }).waitFor(); // the flow's settings, still open
    await page.keyboard.press("Escape");
    await expectFits("editor-phone");
    await picture(page, "editor-phone");
    await page.getByRole("button", { name: /^1 Wait 2 hours/ }).click();
    await page.getByRole("dialog").getByRole("spinbutton").fill("3");
    await expectGood("editor-phone-panel");
    await expectFits("editor-phone-panel");
    await page.keyboard.press("Escape"); // what is behind a sheet is hidden from everybody, "Saved" as well
    await isSaved();
    expect(await stepsOf()).toMatchObject([{ wait: "3h" }]);
  });
});
