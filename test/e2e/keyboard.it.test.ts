/** A flow is built from New flow to Published by keys alone: no click, and no focus that a test puts anywhere. */
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import type { FlowDetail, FlowView } from "#api/schemas.ts";
import { picture } from "#test/support/browser.ts";
import { connectAcme, until, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

const web = webPage();
let house: House;
let page: Page;
beforeAll(async () => {
  ({ house, page } = web);
  await connectAcme(house.millrace);
});

const name = "Gold contacts by keys";
const flowOf = async (): Promise<FlowDetail> => {
  const { flows } = (await house.api<{ flows: FlowView[] }>("GET", "/flows")).body;
  return (await house.api<FlowDetail>("GET", `/flows/${flows.find((one) => one.name === name)!.id}`)).body;
};
/** What has the focus, by its label, its name or its words. */
const focused = () =>
  page.evaluate<string>(`(() => {
    const it = document.activeElement;
    return it.getAttribute("aria-label") ?? it.labels?.[0]?.textContent ?? it.textContent.trim();
  })()`);
const isAt = (words: RegExp) => until(`the focus is at ${words}`, focused, (at) => words.test(at));
const press = (...keys: string[]) =>
  keys.reduce<Promise<void>>((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
const write = (text: string) => page.keyboard.type(text);
async function tabTo(words: RegExp, key = "Tab"): Promise<void> {
  const passed: string[] = [];
  for (let at = await focused(); !words.test(at); at = await focused()) {
    if (passed.push(at) > 60) throw new Error(`No Tab comes to ${words}, only to ${passed.join(" | ")}`);
    await press(key);
  }
}
/** Types what is looked for, and takes the first that is offered once it is there. */
async function choose(words: string, option: RegExp): Promise<void> {
  await write(words);
  await page.getByRole("option", { name: option }).first().waitFor();
  await page.waitForTimeout(150); // a list that has just opened does not take Enter: nobody can have meant it yet
  await press("Enter");
}

/** Escape until it leads there: it may first close what was offered while one typed, where that is open already. */
async function escapeTo(words: RegExp): Promise<void> {
  for (let presses = 0; presses < 3 && !words.test(await focused()); presses++) {
    await press("Escape");
    await page.waitForTimeout(500);
  }
  await isAt(words);
}

test("a flow is built and published by keys alone", async () => {
  await web.open("/");
  await press("Control+k");
  await isAt(/^Search$/);
  await choose("new flow", /^New flow$/);
  await isAt(/^Name/);
  await write(name);
  await tabTo(/^When/);
  await press("Enter");
  await isAt(/^Find a trigger$/);
  await choose("tag added", /^Tag added/);
  await isAt(/^When/);
  await tabTo(/^Tag/);
  await write("gold");
  await tabTo(/^Create flow$/);
  await press("Enter");

  await isAt(/^Add a step as the first$/);
  await press("Enter");
  await isAt(/^Add a step$/);
  await choose("filter", /^Filter/);
  await isAt(/^Field$/);
  await press("Enter");
  await isAt(/^Find a field/);
  await choose("email", /^E-?mail/i);
  await isAt(/^Comparison$/);
  expect(await page.evaluate("document.activeElement.value")).toBe("filled");
  await press("Escape");
  await isAt(/^Set up$/);
  await press("Escape");
  await isAt(/^1Continue only if/);

  await press("+");
  await isAt(/^Add a step$/);
  await choose("http request", /^Send data/);
  await isAt(/^Address/);
  await write("https://shop.example.com/gold");
  await tabTo(/^Add a value$/);
  await press("Enter");
  await isAt(/, name 1$/);
  await write("email");
  await press("Tab");
  await choose("/email", /^E-?mail/i);
  await tabTo(/^Add a value$/);
  await press("Enter");
  await isAt(/, name 2$/);
  await write("name");
  await press("Tab");
  await choose("/first", /^First name/);
  await page.locator(".chip").getByText("First name").waitFor();
  await press("ArrowLeft");
  await page.locator(".chip.is-selected").waitFor();
  await picture(page, "keyboard-chip");
  await press("Enter");
  await isAt(/^Add a change$/);
  await choose("upper", /^Upper case/);
  await picture(page, "keyboard-menu");
  await press("Escape");
  await isAt(/, name$/);
  await write(" ");
  await choose("/last upper", /^Last name, upper case/);
  await tabTo(/^Add a value$/);
  await press("Enter");
  await isAt(/, name 3$/);
  await write("tag");
  await press("Tab");
  await write("gold");
  await picture(page, "keyboard-flow");

  await escapeTo(/^Fields$/);
  await press("Escape");
  await isAt(/^2Send data to/);
  await tabTo(/^Publish flow$/, "Shift+Tab");
  await press("Enter");
  const flow = await until("it is published", flowOf, ({ version }) => version === 1);
  expect(flow.definition).toMatchObject({
    trigger: { app: "highlevel", operation: "contacts.tag_added", connection: "acme", input: { tag: "gold" } },
    steps: [
      { filter: expect.stringContaining("trigger.email") },
      {
        app: "http",
        operation: "post",
        input: {
          url: "https://shop.example.com/gold",
          body: {
            email: "{{ trigger.email }}",
            name: "{{ trigger.firstName | upcase }} {{ trigger.lastName | upcase }}",
            tag: "gold",
          },
        },
      },
    ],
  });
});
