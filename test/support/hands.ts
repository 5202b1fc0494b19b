/** How a person works a page: all by the mouse, with typing, or all by the keyboard. The tests of the editor say what is done; these, how. */
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";

export interface Hands {
  /** Goes to a control, and does nothing there. */
  reach(target: Locator): Promise<void>;
  /** Presses a button, a link, a tab, or an item of an open menu. */
  press(target: Locator): Promise<void>;
  /** Goes into a field and types, in place of what is there; in a mapping field behind what is there. */
  type(field: Locator, text: string): Promise<void>;
  /** Types into the search box that has just opened, and takes one of what it offers. */
  pick(words: string, option: RegExp): Promise<void>;
  /** Goes into a box that offers names, types some letters, and takes one of them. */
  choose(box: Locator, words: string, option: RegExp): Promise<void>;
  /** Chooses from a list of the browser's own. */
  select(list: Locator, option: string): Promise<void>;
  /** Puts a value of the sample into the mapping field of this name. */
  insert(field: Locator, name: string, words: string, option: RegExp): Promise<void>;
}

const offered = (page: Page, option: RegExp): Locator => page.getByRole("option", { name: option }).first();

/** A list that has just opened takes no Enter and moves under the mouse: nobody can have meant it yet. */
const settles = (page: Page) => page.waitForTimeout(150);

/** All by the mouse; only words are typed. */
export function byClicks(page: Page): Hands {
  const take = async (words: string, option: RegExp) => {
    await page.keyboard.type(words);
    await offered(page, option).click();
  };
  return {
    reach: (target) => target.hover(),
    press: (target) => target.first().click(),
    async type(field, text) {
      const isMapping = (await field.getAttribute("contenteditable")) !== null;
      if (!isMapping) await field.click({ clickCount: 3 });
      else if ((await field.and(page.locator(":focus")).count()) === 0) await field.click();
      await page.keyboard.type(text);
    },
    async pick(words, option) {
      await settles(page);
      await take(words, option);
    },
    async choose(box, words, option) {
      await box.click();
      await take(words, option);
    },
    select: async (list, option) => void (await list.selectOption({ label: option })),
    async insert(field, name, words, option) {
      await field.hover();
      await page.getByRole("button", { name: `Insert data into ${name}`, exact: true }).click();
      await settles(page);
      await take(words, option);
    },
  };
}

const mostStops = 120;
/** Tabs and menus move the focus a moment after the key. */
const arrowMs = 30;

/** What is needed here of an element of the page; the types of a page are not those of a test. */
interface PageElement {
  ownerDocument: { activeElement: { compareDocumentPosition(other: unknown): number } | null };
}
/** `Node.DOCUMENT_POSITION_PRECEDING` */
const preceding = 2;

/** All by the keyboard, and no focus that a test puts anywhere. */
export function byKeys(page: Page): Hands {
  const isAt = async (target: Locator) => (await target.and(page.locator(":focus")).count()) > 0;
  let isFresh = true; // a page that was just loaded is begun at its top
  page.on("domcontentloaded", () => (isFresh = true));
  /** Where somebody who sees only the ring of the focus is: never nowhere. */
  async function knowsPlace(): Promise<void> {
    if (isFresh) return void (isFresh = false);
    const isLost = () => page.evaluate<boolean>("document.activeElement === document.body");
    await expect.poll(isLost, { message: "The focus is lost", timeout: 5_000 }).toBe(false);
  }
  /** Moves by a key until the focus is there. */
  async function move(target: Locator, key: string): Promise<void> {
    for (let stops = 0; !(await isAt(target)); stops++) {
      if (stops === mostStops) throw new Error(`${key} does not come to ${target}`);
      await page.keyboard.press(key);
      if (!key.endsWith("Tab")) await page.waitForTimeout(arrowMs);
    }
  }
  /** By Tab, or backwards where the target comes earlier in the page; the items of a menu and tabs by arrows. */
  async function reach(target: Locator): Promise<void> {
    await target.waitFor();
    await knowsPlace();
    const role = await target.getAttribute("role");
    if (role === "menuitem") return move(target, "ArrowDown");
    if (role === "tab") {
      await approach(target.locator("xpath=..").locator("[aria-selected=true]"));
      return move(target, "ArrowRight");
    }
    await approach(target);
  }
  async function approach(target: Locator): Promise<void> {
    const where = await target.evaluate(
      (it) => (it as unknown as PageElement).ownerDocument.activeElement?.compareDocumentPosition(it) ?? 0,
    );
    const isBefore = (where & preceding) !== 0;
    await move(target, isBefore ? "Shift+Tab" : "Tab");
  }
  async function take(words: string, option: RegExp): Promise<void> {
    await page.keyboard.type(words);
    await offered(page, option).waitFor();
    await settles(page);
    for (let tries = 0; (await offered(page, option).getAttribute("aria-selected")) !== "true"; tries++) {
      if (tries === 20) throw new Error(`No arrow comes to ${option}`);
      await page.keyboard.press("ArrowDown");
    }
    await page.keyboard.press("Enter");
  }
  return {
    reach,
    async press(target) {
      await reach(target.first());
      if ((await target.first().getAttribute("role")) !== "tab") await page.keyboard.press("Enter");
    },
    async type(field, text) {
      await reach(field);
      await page.keyboard.type(text);
    },
    async pick(words, option) {
      await settles(page);
      await take(words, option);
    },
    async choose(box, words, option) {
      await reach(box);
      await take(words, option);
    },
    async select(list, option) {
      await reach(list);
      const [now, wanted] = await list.evaluate<[number, number], string>((it, label) => {
        const box = it as unknown as { selectedIndex: number; options: ArrayLike<{ label: string }> };
        return [box.selectedIndex, Array.from(box.options).findIndex((one) => one.label === label)];
      }, option);
      if (wanted < 0) throw new Error(`There is no '${option}' to choose`);
      for (let step = 0; step < Math.abs(wanted - now); step++) await page.keyboard.press(wanted > now ? "ArrowDown" : "ArrowUp");
    },
    async insert(field, _name, words, option) {
      await reach(field);
      await take(`/${words}`, option);
    },
  };
}
