/** The catalog as a private Zapier app: chosen and downloaded in the browser, and loaded with the platform's own packages. */
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { strFromU8, unzipSync } from "fflate";
import { beforeAll, describe, expect, test } from "vitest";
import { loadProject } from "#test/zapier/project.ts";
import { webPage } from "#test/support/web-page.ts";

const web = webPage();
let page: Page;
beforeAll(() => void ({ page } = web));

async function download(): Promise<Record<string, string>> {
  const saved = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download Zapier project" }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toBe("millrace-zapier.zip");
  const files = unzipSync(await readFile(await file.path()));
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [path, strFromU8(content)]));
}

describe("the page for Zapier", () => {
  test("is reached from Use elsewhere, and downloads everything at first", async () => {
    await web.open("/elsewhere");
    await page.getByRole("link", { name: /^Zapier/ }).click();
    await page.getByRole("heading", { level: 1, name: "Zapier" }).waitFor();
    await page.getByRole("checkbox", { name: "All of HighLevel" }).waitFor();
    const project = loadProject(await download());
    expect(project.problems()).toEqual([]);
    expect(Object.keys(project.app.creates)).toContain("highlevel_contacts_upsert");
    project.remove();
    await page.getByText("Unpack the zip file").waitFor();
    await web.expectGoodOnPhone("zapier");
  });

  test("downloads the categories that are ticked, and nothing where none is", async () => {
    for (const app of ["SightMill", "Flocksy", "HTTP", "HighLevel"]) await page.getByRole("checkbox", { name: `All of ${app}` }).uncheck();
    await page.getByText("Choose at least one category.").waitFor();
    expect(await page.getByRole("button", { name: "Download Zapier project" }).isDisabled()).toBe(true);
    await page.getByRole("checkbox", { name: "Opportunities" }).check();
    const project = loadProject(await download());
    expect(project.problems()).toEqual([]);
    expect(Object.keys(project.app.creates).every((key) => key.startsWith("highlevel_opportunities_"))).toBe(true);
    expect(Object.keys(project.app.creates).length).toBeGreaterThan(3);
    project.remove();
    await web.expectGood("zapier-chosen");
  });

  test("can be worked with the keyboard alone", async () => {
    const box = page.getByRole("checkbox", { name: "Businesses" });
    await box.focus();
    await page.keyboard.press("Space");
    expect(await box.isChecked()).toBe(true);
    expect(
      await page.getByRole("checkbox", { name: "All of HighLevel" }).evaluate((box) => "indeterminate" in box && box.indeterminate),
    ).toBe(true);
  });
});
