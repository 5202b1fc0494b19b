/** How a person gets in and out: the one-time link, the API key, signing out. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { barriers, openBrowser, openPage, picture } from "#test/support/browser.ts";
import { millraceProcess, type MillraceProcess } from "#test/support/millrace.ts";

let millrace: MillraceProcess;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  millrace = await millraceProcess();
  await millrace.start();
  browser = await openBrowser();
  context = (await openPage(browser)).page.context();
});
/** A tab of a browser that has never been here. Closing a context ends this build of Chromium, so all tests share one. */
beforeEach(async () => {
  await context.clearCookies();
  page = await context.newPage();
});
afterAll(async () => {
  await browser?.close();
  await millrace?.remove();
});

const signInPage = () => page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
const pages = () => page.getByRole("navigation", { name: "Main" }).first().waitFor();
const apiKey = () => readFileSync(join(millrace.folder, "data", "api-key"), "utf8").trim();

test("a browser on the same machine that brings nothing sees the sign-in page, which names both ways in", async () => {
  await page.goto(`${millrace.origin}/flows`);
  await signInPage();
  await page.getByText("Sign in with the API key").waitFor();
  const text = await page.getByRole("main").innerText();
  expect(text).toContain("millrace open");
  expect(text).toContain("API key");
  expect(text).not.toContain("rotate");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await picture(page, `sign-in-${colorScheme}`);
    expect(await barriers(page)).toEqual([]);
  }
});

test("the printed link signs in, leaves no token in the address or the history, and works once", async () => {
  const link = /^ {2}(http:\S+#open=\S+)$/m.exec(millrace.log())![1]!;
  await page.goto(link);
  await pages();
  expect(page.url()).toBe(`${millrace.origin}/`);
  expect(await page.evaluate<number>("history.length")).toBeLessThanOrEqual(2);
  await page.goto(link); // again, in the browser that is signed in: it stays so
  await page.reload();
  await pages();

  await context.clearCookies(); // as another browser
  page = await context.newPage();
  await page.goto(link);
  await page.getByText("This link has been used or has expired").waitFor();
  await picture(page, "sign-in-used-link");
  expect(await barriers(page)).toEqual([]);
  expect(page.url()).not.toContain("open=");
});

test("a link opened in a tab that shows the sign-in page signs in without a reload, on the page that was asked for", async () => {
  await page.goto(`${millrace.origin}/runs`);
  await signInPage();
  const link = await millrace.link();
  await page.evaluate<void>(`location.hash = ${JSON.stringify(new URL(link).hash)}`);
  await page.getByRole("heading", { level: 1, name: "Runs" }).waitFor();
  expect(page.url()).toBe(`${millrace.origin}/runs`);
});

test("the key signs in, a wrong one is said to be wrong, and after signing out a reload stays signed out", async () => {
  await page.goto(`${millrace.origin}/flows`);
  await signInPage();
  await page.getByText("Sign in with the API key").click();
  await page.getByLabel("API key").fill("mr_wrong");
  await page.getByRole("button", { name: "Sign in with the key" }).click();
  await page.getByText("This is not the API key of this Millrace").waitFor();
  await page.getByLabel("API key").fill(apiKey());
  await page.getByRole("button", { name: "Sign in with the key" }).click();
  await page.getByRole("heading", { level: 1, name: "Flows" }).waitFor();
  const [cookie] = await page.context().cookies();

  await page.getByRole("button", { name: "Preferences" }).first().click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await signInPage();
  await page.reload();
  await signInPage();
  const stolen = await fetch(`${millrace.origin}/api/v1/overview`, {
    headers: { cookie: `${cookie!.name}=${cookie!.value}`, "x-millrace": "1" },
  });
  expect(stolen.status).toBe(401);
});

test("what the start prints holds no API key", () => {
  expect(millrace.log()).toContain(join(millrace.folder, "data", "api-key"));
  expect(millrace.log()).not.toContain(apiKey());
  expect(millrace.log()).not.toMatch(/mr_/);
});
