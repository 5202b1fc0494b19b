import { addresses, splitAddress } from "#api/addresses.ts";
import { routes, type RouteFacts } from "#api/routes.ts";
import { until } from "#test/support/inbox.ts";
import { openTwoWorkspaces, type Answer, type Caller } from "./house.ts";
import { requestOf, type Pick, type Sent } from "./requests.ts";
import { WorkspaceRows } from "./rows.ts";
import { furnish, unknownThings, type Furnished, type Things } from "./things.ts";

/** A row of the route table. */
export interface Route {
  name: string;
  address: string;
  facts: RouteFacts;
}

type Row = { [noun: string]: { [route: string]: RouteFacts } };

/** Routes that answer with a stream of events, which `events.it.test.ts` listens to. */
const streams: readonly string[] = ["overview.stream"];

/** Every route that answers with a body: what reads first, then what changes, and what deletes last, so that there is long something to show. */
export const answeringRoutes: readonly Route[] = Object.entries(addresses)
  .flatMap(([noun, named]) =>
    Object.entries<string>(named).map(([route, address]) => ({ name: `${noun}.${route}`, address, facts: (routes as Row)[noun]![route]! })),
  )
  .filter(({ name }) => !streams.includes(name))
  .toSorted((a, b) => rank(a) - rank(b));

function rank({ address }: Route): number {
  return ["GET", "POST", "PUT", "PATCH", "DELETE"].indexOf(splitAddress(address).method);
}

/** Which workspace asks, and whose things must stay hidden and whole. */
export const directions = [
  { reader: "borealis", owner: "aurelia" },
  { reader: "aurelia", owner: "borealis" },
] as const;
export type Word = (typeof directions)[number]["owner"];
type House = Awaited<ReturnType<typeof openTwoWorkspaces>>;

/** How many names a thing has at most: its id, and for some a name. */
export const mostNames = Math.max(...Object.values(unknownThings).map((names: string[]) => names.length));

/** Two workspaces on one Millrace, each with a thing of every kind. */
export class TwoWorkspaces {
  readonly rows: WorkspaceRows;
  readonly #house: House;
  readonly #furnished: Record<Word, Furnished>;
  #serial = 0;

  private constructor(house: House, rows: WorkspaceRows, furnished: Record<Word, Furnished>) {
    this.#house = house;
    this.rows = rows;
    this.#furnished = furnished;
  }

  static async open(): Promise<TwoWorkspaces> {
    const house = await openTwoWorkspaces();
    const rows = new WorkspaceRows(house.file);
    const aurelia = await furnish(house.aurelia, rows);
    const two = new TwoWorkspaces(house, rows, { aurelia, borealis: await furnish(house.borealis, rows) });
    await two.#areIndexed();
    await two.atRest();
    return two;
  }

  async close(): Promise<void> {
    this.rows.close();
    await this.#house.close();
  }

  caller(word: Word): Caller {
    return this.#house[word];
  }

  of(word: Word): Furnished {
    return this.#furnished[word];
  }

  /** Calls a route with a workspace's key. `n`: by which of their names things are named. */
  async send(reader: Word, { name, address, facts }: Route, things: Things, n: number): Promise<Answer & { sent: Sent }> {
    const pick: Pick = (kind) => things[kind][n] ?? things[kind][0]!;
    const sent = requestOf(name, address, facts, pick, `fresh-${this.#serial++}`);
    const answer = await this.caller(reader).call(sent.method, sent.path, sent.body);
    if (name === "access.rotateKey") this.caller(reader).useKey((JSON.parse(answer.text) as { key: string }).key);
    return { ...answer, sent };
  }

  /** What an answer shows of a workspace (its word, its ids), beside what the request itself named. */
  shownOf(owner: Word, { text, sent }: { text: string; sent: Sent }): string[] {
    const request = `${decodeURIComponent(sent.path)} ${JSON.stringify(sent.body)}`;
    const asked = Object.values(this.of(owner).things).flat();
    const shown = asked.reduce((rest, name) => (request.includes(name) ? rest.replaceAll(name, "") : rest), text);
    const marks = [owner, ...this.rows.ids(this.caller(owner).workspaceId)];
    return marks.filter((mark) => shown.includes(mark));
  }

  /** An answer without what differs from one call to the next, and with one word for whatever was named. */
  plain({ status, text }: Answer): { status: number; text: string } {
    const all: Things[] = [unknownThings, this.of("aurelia").things, this.of("borealis").things];
    const kinds = Object.keys(unknownThings) as (keyof Things)[];
    const named = kinds.flatMap((kind) => all.flatMap((things) => things[kind].map((name) => [name, `<${kind}>`] as const)));
    const withKinds = named.reduce((rest, [name, kind]) => rest.replaceAll(name, kind), text);
    const withoutIds = withKinds
      .replace(/\b[a-z]+_[0-9a-z]{18}\b/g, "<id>")
      .replace(/whsec_[\w+/=]+/g, "<secret>")
      .replace(/[\w-]{40,}/g, "<token>")
      .replace(/\b[A-Z2-7]{32}\b/g, "<secret>")
      .replace(/\b10(\.\d+){3}(?=")/g, "<address>") // each call comes from another
      .replace(/\bmr_[\w-]{6}(?=")/g, "<prefix>");
    return { status, text: withoutIds.replace(/(?:fresh|by-\w+)-\d+/g, "<name>").replace(/\b\d{13}\b/g, "<time>") };
  }

  /**
   * A workspace's rows, without what the server brings up to date by itself, whoever asks: the index of people, when a flow was last checked,
   * and how many events came to an inbox, which is written a few seconds later.
   */
  snapshot(word: Word): Record<string, unknown> {
    const { run_people: _, heard: __, flow_lint, ...tables } = Object.fromEntries(this.rows.of(this.caller(word).workspaceId));
    return { ...tables, flow_lint: flow_lint!.map(({ checked_at: ___, ...row }) => row) };
  }

  /** Until nothing is written any more. */
  async atRest(): Promise<void> {
    const read = () => JSON.stringify([this.snapshot("aurelia"), this.snapshot("borealis")]);
    let before = read();
    const isSame = async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const now = read();
      const same = now === before;
      before = now;
      return same;
    };
    await until("both workspaces are at rest", isSame, (same) => same);
  }

  /** The people of runs are sorted into their index about a second after the runs. */
  async #areIndexed(): Promise<void> {
    for (const { workspaceId } of [this.caller("aurelia"), this.caller("borealis")]) {
      const read = async () => this.rows.of(workspaceId).get("run_people")!.length;
      await until("people are indexed", read, (entries) => entries > 0);
    }
  }

  /** Posts an event to a workspace's hook. */
  async postTo(word: Word): Promise<void> {
    const event = { id: `${word}-${this.#serial++}`, email: `ada@${word}.example`, text: `Another text of ${word}` };
    const headers = { "content-type": "application/json" };
    await fetch(this.of(word).hookUrl, { method: "POST", headers, body: JSON.stringify(event) });
  }

  /** How many runs of a flow there are. */
  runsOf(word: Word, flow: string): number {
    const runs = this.rows.of(this.caller(word).workspaceId).get("runs")!;
    return runs.filter((run) => run["flow_id"] === flow).length;
  }

  /** A stream of events, as far as it has come. */
  async listen(word: Word): Promise<{ text(): string; close(): void }> {
    const ended = new AbortController();
    const headers = { authorization: `Bearer ${this.caller(word).key()}` };
    const reply = await fetch(`${this.#house.millrace.localUrl}/api/v1/events/stream`, { headers, signal: ended.signal });
    let text = "";
    const read = async () => {
      for await (const chunk of reply.body!) text += Buffer.from(chunk).toString();
    };
    read().catch(() => {}); // the test ends it
    return { text: () => text, close: () => ended.abort() };
  }

  /** What Prometheus would be shown. */
  metrics(word: Word): Promise<Response> {
    return fetch(`${this.#house.millrace.localUrl}/metrics`, { headers: { authorization: `Bearer ${this.caller(word).key()}` } });
  }
}
