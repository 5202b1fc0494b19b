import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import type { Hands } from "./hands.ts";

/** A value of the sample, by what is typed to find it and what is offered then. */
interface Inserted {
  words: string;
  option: RegExp;
}
export const data = (words: string, option = new RegExp(`^${words}`, "i")): Inserted => ({ words, option });

/** What a person does to build a flow, in their own words. */
export type FlowBuilder = ReturnType<typeof flowBuilder>;

export function flowBuilder(page: Page, hands: Hands) {
  const panel = page.getByRole("complementary", { name: "What is selected" });
  const button = (name: string | RegExp, within: Page | Locator = page) =>
    within.getByRole("button", { name, exact: typeof name === "string" }).first();
  const field = (name: string) => panel.getByRole("textbox", { name, exact: true });

  const builder = {
    panel,
    press: (name: string | RegExp) => hands.press(button(name)),
    goTo: (place: string) => hands.press(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: place, exact: true })),
    openTab: (name: string) => hands.press(page.getByRole("tab", { name, exact: true })),

    /** Types into a field of the page. */
    write: (label: string, text: string) => hands.type(page.getByLabel(label), text),
    async openTemplate(words: string, title: RegExp): Promise<void> {
      await hands.type(page.getByLabel("Find a template"), words);
      await page.waitForTimeout(500); // what is found moves until then
      await hands.press(page.getByRole("link", { name: title }));
      await page.getByRole("heading", { level: 1, name: title }).waitFor();
    },

    /** New flow, with its name and what starts it. */
    async begin(name: string, words: string, trigger: RegExp): Promise<void> {
      await builder.goTo("Flows");
      await page.getByRole("heading", { level: 1, name: "Flows" }).waitFor();
      await builder.press("New flow");
      const dialog = page.getByRole("dialog", { name: "New flow" });
      await hands.type(dialog.getByLabel("Name"), name);
      await hands.press(dialog.getByLabel("When"));
      await hands.pick(words, trigger);
      await dialog.getByLabel("When").getByText(trigger).waitFor();
    },
    /** Of the trigger "Tag added": which one, in the same dialog. */
    setTag: (tag: string) => hands.type(page.getByRole("dialog", { name: "New flow" }).getByLabel(/^Tag/), tag),
    async create(): Promise<void> {
      await hands.press(button("Create flow"));
      await button("Add a step as the first").waitFor();
    },
    /** A step at one of the pluses: "after step 2", "inside step 2, if so". */
    async add(where: string, words: string, option: RegExp): Promise<void> {
      await hands.press(button(`Add a step ${where}`));
      await hands.pick(words, option);
      await page.getByRole("combobox", { name: "Add a step" }).waitFor({ state: "detached" });
    },
    /** Fills in a field of the open step, with words and with values of the sample. */
    async fill(name: string, ...parts: (string | Inserted)[]): Promise<void> {
      for (const part of parts) {
        if (typeof part === "string") await hands.type(field(name), part);
        else await hands.insert(field(name), name, part.words, part.option);
      }
    },
    choose: (name: RegExp, words: string, option: RegExp) => hands.choose(panel.getByRole("combobox", { name }), words, option),
    select: (name: string | RegExp, option: string) => hands.select(panel.getByLabel(name), option),
    /** A number of the open step. */
    count: (name: RegExp, number: number) => hands.type(panel.getByRole("spinbutton", { name }), String(number)),
    /** A value with a name, in the body of a request. */
    async addValue(list: string, number: number, name: string, ...parts: (string | Inserted)[]): Promise<void> {
      await hands.press(button("Add a value", panel.getByRole("group", { name: list, exact: true })));
      await hands.type(panel.getByLabel(`${list}, name ${number}`), name);
      await builder.fill(`${list}, ${name}`, ...parts);
    },
    /** A custom field, by its name. */
    async addCustomField(words: string, name: string, ...parts: (string | Inserted)[]): Promise<void> {
      await hands.press(button("Add a custom field", panel));
      await hands.choose(panel.getByRole("combobox", { name: "Custom field" }).last(), words, new RegExp(`^${name}`));
      await builder.fill(`Custom fields, ${name}`, ...parts);
    },
    /** The one row of the condition of the open step. */
    async condition(one: Inserted, comparison?: string, value?: string): Promise<void> {
      await hands.press(button("Field", panel));
      await hands.pick(one.words, one.option);
      if (comparison !== undefined) await hands.select(panel.getByLabel("Comparison"), comparison);
      if (value !== undefined) await hands.type(panel.getByRole("combobox", { name: "Value" }), value);
    },
    async publish(): Promise<void> {
      await page.getByRole("status").getByText("Saved", { exact: true }).waitFor();
      await hands.press(button("Publish flow"));
      await button("Pause flow").waitFor();
    },
    async publishChanges(): Promise<void> {
      await page.getByRole("status").getByText("Saved", { exact: true }).waitFor();
      await hands.press(button("Publish flow"));
      await hands.press(button("Publish flow", page.getByRole("dialog", { name: "Publish these changes?" })));
      await page.getByText("The draft has changes that are not published").waitFor({ state: "detached" });
    },
    /** Looks at the flow's runs until one has ended as it should. */
    async seeRun(state: string): Promise<void> {
      await builder.openTab("Runs");
      await page.getByRole("table", { name: "Last runs of this flow" }).getByText(state).first().waitFor();
    },
    /** What the page says the flow does. */
    async reads(sentence: RegExp): Promise<void> {
      await expect.poll(() => page.getByRole("main").innerText(), { timeout: 30_000 }).toMatch(sentence);
    },
  };
  return builder;
}
