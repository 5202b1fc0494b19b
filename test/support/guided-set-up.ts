import type { Page } from "playwright-core";
import type { FlowDetail, FlowView, RunDetail, RunList } from "#api/schemas.ts";
import type { TestClock } from "#kernel/clock.ts";
import { until, type House } from "./inbox.ts";
import type { WebPage } from "./web-page.ts";

/** How a template is answered on the page. */
interface Answers {
  /** Texts to fill in, by the labels of their fields. */
  texts?: Record<string, string>;
  /** What is done at the first step, where logins are missing. */
  connect?: (page: Page) => Promise<void>;
  /** What else is chosen at the second step. */
  choose?: (page: Page) => Promise<void>;
  /** The name of the flow that comes of it. */
  name: string;
}

/** Installs templates as people do, by clicks alone, and follows what their flows do. */
export class GuidedSetUp {
  readonly #web: WebPage;
  readonly #clock: TestClock;

  constructor(web: WebPage, clock: TestClock) {
    this.#web = web;
    this.#clock = clock;
  }

  get #house(): House {
    return this.#web.house;
  }

  /** From the template's page to a live flow, through its three steps. A poll has had its first look then. */
  async install(template: string, { texts = {}, connect, choose, name }: Answers): Promise<FlowDetail> {
    const { page } = this.#web;
    await this.#web.open(`/templates/${template}`);
    await page.getByRole("button", { name: "Set up this flow" }).click();
    await this.#at("Connect");
    await connect?.(page);
    await page.getByRole("button", { name: "Continue" }).click();
    await this.#at("Choose and map");
    for (const [label, value] of Object.entries(texts)) await page.getByLabel(label).first().fill(value);
    await choose?.(page);
    await page.getByRole("button", { name: "Continue" }).click();
    await this.#at("Test with sample data and go live");
    await page.getByRole("button", { name: "Go live", exact: true }).click();
    await page.getByRole("button", { name: "Pause flow" }).waitFor();
    return this.#begun(name);
  }

  /** Moves the clock until every run of a flow is over, and gives what their steps were refused with. */
  async finish({ id }: { id: string }): Promise<string[]> {
    const { runs } = await this.#until(
      "a run is over",
      () => this.#get<RunList>(`/runs?flow=${id}`),
      ({ runs: all }) => all.length > 0 && all.every(({ finishedAt }) => finishedAt !== null),
    );
    const details = await Promise.all(runs.map((run) => this.#get<RunDetail>(`/runs/${run.id}`)));
    return details.flatMap(({ steps }) => steps.flatMap(({ path, error }) => (error ? [`${path}: ${error.message}`] : [])));
  }

  async #begun(name: string): Promise<FlowDetail> {
    const { flows } = await this.#get<{ flows: FlowView[] }>("/flows");
    const { id } = flows.find((flow) => flow.name === name)!;
    const flow = await this.#get<FlowDetail>(`/flows/${id}`);
    if (flow.trigger.kind !== "poll") return flow;
    return this.#until(
      "the first look",
      () => this.#get<FlowDetail>(`/flows/${id}`),
      ({ trigger }) => trigger.lastAt !== null,
    );
  }

  async #at(step: string): Promise<void> {
    const steps = this.#web.page.getByRole("list", { name: "Set-up" }).getByRole("listitem");
    await steps.filter({ hasText: step }).and(this.#web.page.locator("[aria-current=step]")).waitFor();
  }

  async #get<T>(path: string): Promise<T> {
    return (await this.#house.api<T>("GET", path)).body;
  }

  #until<T>(what: string, read: () => Promise<T>, passes: (value: T) => boolean): Promise<T> {
    const moved = async () => {
      await this.#clock.advance(30_000);
      return read();
    };
    return until(what, moved, passes);
  }
}
