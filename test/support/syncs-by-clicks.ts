import type { SyncView } from "#api/schemas.ts";
import type { TestClock } from "#kernel/clock.ts";
import { expectShown } from "./browser.ts";
import { until } from "./inbox.ts";
import type { WebPage } from "./web-page.ts";

/** Makes syncs as people do, by clicks alone, and follows what they do. */
export class SyncsByClicks {
  readonly #web: WebPage;
  readonly #clock: TestClock;

  constructor(web: WebPage, clock: TestClock) {
    this.#web = web;
    this.#clock = clock;
  }

  /** From a ready sync to its set-up, in which each side is read every minute. Both sides have one connection. */
  async make(ready: string): Promise<string> {
    const { page } = this.#web;
    await this.#web.open("/syncs/new");
    await page.getByRole("link", { name: ready }).click();
    await page.getByRole("button", { name: "Propose fields" }).click();
    await page.getByRole("list", { name: "Fields" }).waitFor();
    await page.getByLabel("Read both sides").selectOption("1m");
    await expectShown(page.getByText("Saved", { exact: true }));
    return /\/syncs\/([^?]+)/.exec(page.url())![1]!;
  }

  /** From the set-up to the preview of the first sync. */
  async preview(): Promise<void> {
    const { page } = this.#web;
    await page.getByRole("link", { name: "Preview and start" }).click();
    await page.getByRole("button", { name: "Preview first sync" }).click();
    const shown = page.getByRole("region", { name: "What the first sync would do" });
    await this.later("the preview is there", async () => (await shown.count()) === 1); // its calls wait for their turn
  }

  /** From the preview until the first sync is over. */
  async start(id: string): Promise<void> {
    const { page } = this.#web;
    await page.getByRole("button", { name: "Start the first sync" }).click();
    await expectShown(page.getByRole("tab", { name: "Overview", selected: true }));
    await this.later("the first sync is done", async () => (await this.get(id)).job?.state === "done");
    const { job } = await this.get(id);
    if (job?.failed !== 0 || job.problem !== null) throw new Error(`The first sync failed: ${JSON.stringify(job)}`);
  }

  async get(id: string): Promise<SyncView> {
    return (await this.#web.house.api<SyncView>("GET", `/syncs/${id}`)).body;
  }

  /** Lets time pass until something is so: each side is read in its turn. */
  async later(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
    const moved = async () => {
      await this.#clock.advance(5_000);
      return is();
    };
    await until(what, moved, (yes) => yes);
  }

  /** Until a side was read anew, so that what was written there is known. */
  async readAgain(id: string, side: "a" | "b"): Promise<void> {
    const before = (await this.get(id)).lastReadAt[side] ?? 0;
    await this.later(`side ${side} is read again`, async () => ((await this.get(id)).lastReadAt[side] ?? 0) > before);
  }
}
