import type { Event } from "#engine/types/events.ts";
import type { Run, RunContext } from "#engine/types/runs.ts";
import type { StepRecord } from "#engine/types/steps.ts";
import type { Db, Statement } from "./database.ts";
import { marker } from "./markers.ts";
import { eventOf, runOf, stepOf } from "./rows.ts";
import type { Schema } from "./schema.ts";
import type { Work } from "./work.ts";

const stepPage = 500;

/** Reads a run with its event and its steps. */
export class RunRows {
  readonly #db: Db;
  readonly #run: Statement;
  readonly #event: Statement;
  readonly #steps: Statement;
  readonly #stepPage: Statement;

  constructor(db: Db) {
    this.#db = db;
    this.#run = db.statement((q) => q.selectFrom("runs").selectAll().where("id", "=", marker<string>("id")));
    this.#event = db.statement((q) => q.selectFrom("events").selectAll().where("id", "=", marker<string>("id")));
    this.#steps = db.statement((q) => q.selectFrom("steps").selectAll().where("run_id", "=", marker<string>("id")).orderBy("seq"));
    this.#stepPage = db.statement((q) =>
      q
        .selectFrom("steps")
        .selectAll()
        .where("run_id", "=", marker<string>("id"))
        .where("path", ">", marker<string>("after"))
        .orderBy("path")
        .limit(stepPage),
    );
  }

  /** Inside a transaction. */
  *load(runId: string): Work<RunContext | null> {
    const head = yield* this.#head(runId);
    return head && { ...head, steps: (yield* this.#steps.all<Schema["steps"]>({ id: runId })).map(stepOf) };
  }

  /** Page by page: reading a run of ten thousand steps at once would hold the event loop. */
  async loadInPages(runId: string): Promise<RunContext | null> {
    const head = await this.#db.read(() => this.#head(runId));
    if (!head) return null;
    const steps: StepRecord[] = [];
    for (let after = ""; ;) {
      const page = await this.#db.read(() => this.#stepPage.all<Schema["steps"]>({ id: runId, after }));
      for (const row of page) steps.push(stepOf(row));
      if (page.length < stepPage) break;
      after = page.at(-1)!.path;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { ...head, steps: steps.sort((a, b) => a.seq - b.seq) };
  }

  event(id: string): Work<Schema["events"] | undefined> {
    return this.#event.get<Schema["events"]>({ id });
  }

  *#head(runId: string): Work<{ run: Run; event: Event } | null> {
    const run = yield* this.#run.get<Schema["runs"]>({ id: runId });
    const event = run && (yield* this.event(run.event_id));
    return run && event ? { run: runOf(run), event: eventOf(event) } : null;
  }
}
