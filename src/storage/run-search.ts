import type { PersonSearch } from "#kernel/person-key.ts";
import type { RunFilter, RunState } from "#engine/types/runs.ts";
import type { Db, Statement } from "./database.ts";
import { afterAllRuns, isOf, type PeopleIndex } from "./people.ts";
import { marker } from "./markers.ts";
import { countRuns, finalStates, listRuns, onlyFailed, type Page, type RunRow } from "./run-lists.ts";
import { noRuns } from "./run-page.ts";
import { each } from "./work.ts";

/** Rows read before other work gets the event loop. */
const rowsAtOnce = 500;
/** Runs looked up at once: few at first, because most searches end there, and then nearly all, because each look-up reads the range again. */
const fewestRuns = 200;
const mostRuns = 100_000;
/** With so few runs left by the other conditions, it is quicker to read those. */
const fewRuns = 5000;

type Judged = Pick<RunRow, "seq" | "id" | "flow_id" | "version" | "state" | "created_at">;

/** Finds the runs of people. Other conditions of a filter are looked at afterwards, or first where they leave few runs. */
export class RunSearch {
  readonly #db: Db;
  readonly #people: Pick<PeopleIndex, "runs">;
  /** What the conditions of a filter other than the person look at. */
  readonly #judged: Statement;

  constructor(db: Db, people: Pick<PeopleIndex, "runs">) {
    this.#db = db;
    this.#people = people;
    this.#judged = db.statement((q) =>
      q.selectFrom("runs").select(["seq", "id", "flow_id", "version", "state", "created_at"]).where("seq", "=", marker<number>("seq")),
    );
  }

  /** Runs of a person, newest first. */
  async list(workspaceId: string, filter: RunFilter, { before, limit }: Page): Promise<RunRow[]> {
    const seqs: number[] = [];
    for await (const some of this.#runsOfPeople(workspaceId, filter, before, limit)) {
      seqs.push(...some);
      if (seqs.length >= limit) break;
    }
    const rows: RunRow[] = [];
    for (let at = 0; at < Math.min(seqs.length, limit); at += rowsAtOnce) {
      const part = seqs.slice(at, Math.min(at + rowsAtOnce, limit));
      rows.push(...(await this.#db.q.selectFrom("runs").selectAll().where("seq", "in", part).orderBy("seq", "desc").execute()));
    }
    return rows;
  }

  async count(workspaceId: string, filter: RunFilter): Promise<Record<RunState, number>> {
    const counts = noRuns();
    for await (const ids of this.#runsOfPeople(workspaceId, filter, afterAllRuns, mostRuns))
      for (const run of await this.#judge(ids)) counts[run.state as RunState]++;
    return counts;
  }

  /** Those that are still there. */
  async #judge(seqs: readonly number[]): Promise<Judged[]> {
    const runs = await this.#db.read(() => each(seqs, (seq) => this.#judged.get<Judged>({ seq })));
    return runs.filter((run) => run !== undefined);
  }

  /** In pieces, newest first; other work goes on between them. */
  async *#runsOfPeople(workspaceId: string, filter: RunFilter, before: number, limit: number): AsyncGenerator<number[]> {
    const { person: searches = [], ...rest } = filter;
    if (searches.length === 0) return;
    if (await this.#leavesFew(workspaceId, rest)) return yield* this.#lookThrough(workspaceId, rest, searches, before);
    const all = Object.keys(rest).length === 0;
    for (let from = before, size = all ? limit : Math.max(fewestRuns, limit); ; size = mostRuns) {
      const seqs = await this.#people.runs(workspaceId, searches, from, size);
      if (all) yield seqs;
      for (let at = 0; !all && at < seqs.length; at += rowsAtOnce) {
        const judged = await this.#judge(seqs.slice(at, at + rowsAtOnce));
        yield judged.filter((run) => fitsRest(run, rest)).map(({ seq }) => seq);
        await breath();
      }
      if (seqs.length < size) return;
      from = seqs.at(-1)!;
    }
  }

  /** Reads the runs that match the other conditions, and keeps those of the person. */
  async *#lookThrough(workspaceId: string, filter: RunFilter, searches: readonly PersonSearch[], before: number): AsyncGenerator<number[]> {
    for (let from = before; ;) {
      const rows = await listRuns(this.#db, workspaceId, filter, { before: from, limit: rowsAtOnce });
      yield rows.filter((row) => isOf(row.people, searches)).map((row) => row.seq);
      if (rows.length < rowsAtOnce) return;
      from = rows.at(-1)!.seq;
      await breath();
    }
  }

  async #leavesFew(workspaceId: string, filter: RunFilter): Promise<boolean> {
    const { flowId, states, attention, recovered, ids } = filter;
    if (ids || attention || recovered) return true;
    if (states?.length && states.every((state) => !finalStates.includes(state))) return true;
    if (flowId === undefined && !onlyFailed(filter)) return false;
    const counts = await countRuns(this.#db, workspaceId, onlyFailed(filter) ? {} : { flowId });
    const left = onlyFailed(filter) ? [counts.failed, counts.held] : Object.values(counts);
    return left.reduce((sum, n) => sum + n, 0) <= fewRuns;
  }
}

/** The filters that may match many runs; with any other one, those runs are read first. */
const fitsRest = (run: Judged, { flowId, of, states, from, to }: RunFilter): boolean =>
  (flowId === undefined || run.flow_id === flowId) &&
  (!of || of.some((one) => one.flowId === run.flow_id && one.versions.includes(run.version))) &&
  (!states?.length || states.includes(run.state as RunState)) &&
  (from === undefined || run.created_at >= from) &&
  (to === undefined || run.created_at <= to);

const breath = () => new Promise<void>((resolve) => setImmediate(resolve));
