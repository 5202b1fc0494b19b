import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { TestClock, type Clock } from "#kernel/clock.ts";
import { barriers, openBrowser, openPage, picture, settle } from "./browser.ts";
import { inboxFolder, openHouse, type House } from "./inbox.ts";

const desktop = { width: 1280, height: 860 };
const phone = { width: 390, height: 844 };

interface Wish {
  clock?: Clock;
  /** Settings of the Millrace, once what they name is there. */
  env?: () => Promise<Record<string, string>>;
  /** What the browser may note in its console: an answer that refuses, say, which a test wants to see. */
  expected?: RegExp;
}

/** A Millrace with its sandbox, and a page that is signed in. There once `beforeAll` of the file has run. */
export interface WebPage {
  readonly house: House;
  readonly page: Page;
  /** Goes to an address, and waits for the heading of its page. */
  open(path: string): Promise<void>;
  /** Goes to an address at which a dialog is open. */
  openDialog(path: string): Promise<void>;
  /** Looks at the page in both themes: it has a picture taken, and shuts nobody out. In the dark only the colours can be wrong. */
  expectGood(name: string): Promise<void>;
  /** The same, and on a phone, where it may not be wider than the screen. `seen` is what the picture is to show. */
  expectGoodOnPhone(name: string, seen?: Locator): Promise<void>;
  /** Makes it a phone's screen for the rest of the file. */
  toPhone(): Promise<void>;
  /** The page is not wider than the screen. */
  expectFits(name: string): Promise<void>;
}

/** Starts a Millrace and a browser for the tests of a file, and ends both. A test fails on whatever its browser complained of. */
export function webPage({ clock, env = async () => ({}), expected = /^(?!)/ }: Wish = {}): WebPage {
  const { folder, remove } = inboxFolder();
  let house: House | undefined;
  let browser: Browser | undefined;
  let page: Page | undefined;
  let complaints: string[] = [];
  const there = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error("The page is there once beforeAll has run.");
    return part;
  };

  beforeAll(async () => {
    house = await openHouse(folder, true, clock, { env: await env() });
    browser = await openBrowser();
    ({ page, complaints } = await openPage(browser));
    await page.goto(house.millrace.links!.make());
    await page.getByRole("navigation", { name: "Main" }).first().waitFor();
  });
  afterEach(() => {
    expect(complaints.splice(0).filter((line) => !expected.test(line))).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    if (house) await closed(house, clock);
    remove();
  });

  const web: WebPage = {
    get house() {
      return there(house);
    },
    get page() {
      return there(page);
    },
    async open(path) {
      await web.page.goto(web.house.millrace.localUrl + path);
      await web.page.getByRole("heading", { level: 1 }).waitFor();
    },
    async openDialog(path) {
      await web.page.goto(web.house.millrace.localUrl + path);
      await web.page.getByRole("dialog").waitFor();
    },
    expectGood: (name) => expectGood(web.page, name),
    async expectGoodOnPhone(name, seen) {
      await expectGood(web.page, name);
      await web.page.setViewportSize(phone);
      await expectFits(web.page, name);
      await seen?.scrollIntoViewIfNeeded();
      await picture(web.page, `${name}-phone`);
      await web.page.setViewportSize(desktop);
    },
    toPhone: () => web.page.setViewportSize(phone),
    expectFits: (name) => expectFits(web.page, name),
  };
  return web;
}

/** Closes it. What still runs is given time to end, and by a test's clock that time passes only if somebody moves it. */
async function closed({ millrace }: House, clock: Clock | undefined): Promise<void> {
  let isClosed = false;
  const closing = millrace.close().finally(() => (isClosed = true));
  while (clock instanceof TestClock && !isClosed) {
    await clock.advance(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await closing;
}

async function expectGood(page: Page, name: string): Promise<void> {
  await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
  await page.emulateMedia({ colorScheme: "light" });
  await settle(page);
  await picture(page, name);
  expect(await barriers(page), name).toEqual([]);
  await page.emulateMedia({ colorScheme: "dark" });
  await settle(page);
  await picture(page, `${name}-dark`);
  expect(await barriers(page, ["color-contrast"]), `${name} in the dark`).toEqual([]);
  await page.emulateMedia({ colorScheme: "light" });
}

async function expectFits(page: Page, name: string): Promise<void> {
  const tooWide = () => page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
  await expect.poll(tooWide, { message: `${name} is wider than the phone`, timeout: 30_000 }).toBeLessThanOrEqual(0); // once a toast has moved
}
