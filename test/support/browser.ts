import { existsSync, mkdirSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import chromium from "@sparticuz/chromium";
import axe from "axe-core";
import { chromium as playwright, type Browser, type Locator, type Page } from "playwright-core";
import { expect } from "vitest";

// Nothing here is drawn in three dimensions: a graphics processor that is played by this one takes a quarter of the browser's work.
chromium.setGraphicsMode = false;
const lax = new Set(["--single-process", "--disable-web-security", "--disable-site-isolation-trials"]);
const args = [...chromium.args, "--disable-gpu"];

/**
 * A headless browser from the dependencies: nothing has to be installed on the machine. `windows`: with a process for each site, without which
 * it ends when a page opens a window of another one, and with the borders between origins that people's browsers have.
 */
export async function openBrowser({ windows = false }: { windows?: boolean } = {}): Promise<Browser> {
  const own = windows ? args.filter((arg) => !lax.has(arg)) : args;
  return playwright.launch({ executablePath: join(await unpackedBrowser(), "chromium"), args: own, headless: true });
}

/**
 * Where the browser of this version lies unpacked. It gets its name only once it is whole, so that of several runs on one machine
 * none starts what another is still writing; who comes second throws his own away.
 */
async function unpackedBrowser(): Promise<string> {
  const folder = join(tmpdir(), `millrace-browser-${versionOf("@sparticuz/chromium")}`);
  if (existsSync(folder)) return folder;
  const unfinished = await mkdtemp(`${folder}-`);
  try {
    await unpackInto(unfinished);
    await rename(unfinished, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/** The package unpacks into the temporary folder, and reads which that is before its first pause. */
async function unpackInto(folder: string): Promise<void> {
  const { TMPDIR } = process.env;
  process.env["TMPDIR"] = folder;
  const unpacking = chromium.executablePath();
  if (TMPDIR === undefined) delete process.env["TMPDIR"];
  else process.env["TMPDIR"] = TMPDIR;
  const path = await unpacking;
  if (path !== join(folder, "chromium")) throw new Error(`The browser was unpacked to ${path}, not into ${folder}`);
}

function versionOf(name: string): string {
  const entry = createRequire(import.meta.url).resolve(name);
  const root = entry.slice(0, entry.lastIndexOf(name) + name.length);
  return (createRequire(import.meta.url)(join(root, "package.json")) as { version: string }).version;
}

/** A page that keeps what its console complained of, refused scripts and styles included. */
export async function openPage(browser: Browser): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, reducedMotion: "reduce" });
  context.setDefaultTimeout(60_000); // ends what hangs; a busy machine takes its time
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  return { page, complaints };
}

/** Waits until a page shows something just so often. What is counted at once may still be on its way. */
export async function expectShown(what: Locator, times = 1): Promise<void> {
  await expect.poll(() => what.count(), { timeout: 60_000 }).toBe(times);
}

/**
 * In a page: brings to its end what moves towards one. Colours that are on their way, to the dark say, are neither the old ones nor the new,
 * and what inherits one begins its own way when that has ended. Nothing is waited for: a browser that draws nothing just now moves nothing.
 */
const endMoves = `(() => {
  for (let round = 0; round < 50; round++) {
    const moving = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    if (moving.length === 0) return;
    for (const move of moving) move.finish();
  }
})()`;

/** Brings all colours of a page to what they are going to be. */
export const settle = (page: Page): Promise<void> => page.evaluate<void>(endMoves);

/** Faults of accessibility that shut people out, in words; of the given rules only, where some are. */
export async function barriers(page: Page, rules: string[] = []): Promise<string[]> {
  // A page gets the half megabyte once, and tells only what is wrong: a third of the time.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe.source);
  await settle(page);
  const violations = await page.evaluate(async (only) => {
    const { axe: inPage } = globalThis as unknown as { axe: typeof axe };
    const { violations } = await inPage.run({ resultTypes: ["violations"], ...(only.length > 0 && { runOnly: only }) });
    return violations.map(({ id, impact, help, nodes }) => ({
      id,
      impact,
      help,
      places: nodes.slice(0, 3).map(({ target }) => target.join(" ")),
    }));
  }, rules);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, places }) => `${id}: ${help} (${places.join(", ")})`);
}

const folder = process.env["MILLRACE_SCREENSHOTS"];

/** Keeps a picture for people to look at, where `MILLRACE_SCREENSHOTS` names a folder for them. Each takes a while, and two runs would mix theirs. */
export async function picture(page: Page, name: string): Promise<void> {
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
}
