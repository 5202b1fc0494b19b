import type { Registry } from "prom-client";
import type { Engine } from "#engine/api.ts";
import type { OutageView } from "#api/schemas.ts";

/** How full one budget is; the outbound client tells it. */
export interface QuotaReading {
  app: string;
  budget: string;
  used: number;
  limit: number;
  dailyUsed: number;
  dailyLimit: number;
}

/** Where the page reads what nobody had to count. */
export interface MetricsSources {
  engine: Pick<Engine, "stats" | "depth" | "healthy">;
  quotas: () => Promise<QuotaReading[]>;
  /** What the last checks of the flows that are on found. */
  lint: () => Promise<{ errors: number; warnings: number }>;
  /** Systems that do not answer. */
  outages: () => OutageView[];
}

/** What is counted as it happens. Everything else is read when somebody asks. */
export interface Metrics {
  committed(ms: number): void;
  /** One answer of another system: its status, or 0 when there was none. */
  called(app: string, status: number): void;
  /** The page for Prometheus. */
  page(sources: MetricsSources): Promise<{ type: string; text: string }>;
}

const commitBounds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** prom-client is loaded when the page is first asked for; until then two small tables count. */
export function createMetrics(): Metrics {
  const commits = { buckets: commitBounds.map(() => 0), count: 0, seconds: 0 };
  const calls = new Map<string, { app: string; class: string; n: number }>();
  let registry: Promise<Registry> | undefined;

  return {
    committed(ms) {
      const seconds = ms / 1000;
      commits.count++;
      commits.seconds += seconds;
      for (let i = commitBounds.length - 1; i >= 0 && seconds <= commitBounds[i]!; i--) commits.buckets[i]!++;
    },
    called(app, status) {
      const statusClass = status === 0 ? "none" : `${Math.floor(status / 100)}xx`;
      const key = `${app}/${statusClass}`;
      const row = calls.get(key);
      if (row) row.n++;
      else calls.set(key, { app, class: statusClass, n: 1 });
    },
    async page(sources) {
      registry ??= buildRegistry(sources, calls);
      const { contentType, metrics } = await registry.then(async (r) => ({ contentType: r.contentType, metrics: await r.metrics() }));
      return { type: contentType, text: metrics + commitHistogram(commits) };
    },
  };
}

async function buildRegistry(
  { engine, quotas, lint, outages }: MetricsSources,
  calls: Map<string, { app: string; class: string; n: number }>,
): Promise<Registry> {
  const prom = await import("prom-client");
  const { collectDefaultMetrics, Counter, Gauge, Registry } = prom.default ?? prom;
  const register = new Registry();
  collectDefaultMetrics({ register, prefix: "millrace_" }); // event loop delay, memory, garbage collection
  const registers = [register];
  const gauge = (name: string, help: string, read: (g: InstanceType<typeof Gauge>) => unknown, labelNames: string[] = []) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      async collect() {
        this.reset();
        await read(this);
      },
    });
  const counter = (name: string, help: string, read: (c: InstanceType<typeof Counter>) => void, labelNames: string[] = []) =>
    new Counter({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        read(this);
      },
    });

  counter("millrace_events_accepted_total", "Events accepted since the start", (c) => c.inc(engine.stats().accepted));
  counter("millrace_events_repeated_total", "Events recognised as repeats since the start", (c) => c.inc(engine.stats().repeats));
  counter(
    "millrace_runs_finished_total",
    "Runs by the state they came to",
    (c) => {
      for (const [state, n] of Object.entries(engine.stats().finished)) c.inc({ state }, n);
    },
    ["state"],
  );
  counter("millrace_step_attempts_total", "Attempts of steps since the start", (c) => c.inc(engine.stats().stepAttempts));
  counter(
    "millrace_outbound_calls_total",
    "Answers of other systems by class of status",
    (c) => {
      for (const { app, class: statusClass, n } of calls.values()) c.inc({ app, status: statusClass }, n);
    },
    ["app", "status"],
  );
  gauge("millrace_runs_running", "Runs worked on just now", (g) => g.set(engine.stats().running));
  gauge("millrace_store_healthy", "1 while the store takes writes", (g) => g.set(engine.healthy() ? 1 : 0));
  gauge(
    "millrace_queue_depth",
    "Runs waiting by lane",
    (g) => {
      for (const [lane, n] of Object.entries(engine.depth())) g.set({ lane }, n);
    },
    ["lane"],
  );
  gauge(
    "millrace_lint_findings",
    "What the last checks of flows that are on found",
    async (g) => {
      const { errors, warnings } = await lint();
      g.set({ level: "error" }, errors);
      g.set({ level: "warning" }, warnings);
    },
    ["level"],
  );
  gauge(
    "millrace_outage_waiting_runs",
    "Systems that do not answer, or only with errors, and how many runs wait to call each",
    (g) => {
      for (const { host, app, waiting } of outages()) g.set({ host: host ?? "", app: app ?? "" }, waiting);
    },
    ["host", "app"],
  );
  gauge(
    "millrace_quota_used",
    "Requests used of a budget",
    async (g) => {
      for (const q of await quotas()) {
        g.set({ app: q.app, budget: q.budget, window: "burst" }, q.used);
        g.set({ app: q.app, budget: q.budget, window: "day" }, q.dailyUsed);
      }
    },
    ["app", "budget", "window"],
  );
  gauge(
    "millrace_quota_limit",
    "Requests a budget allows",
    async (g) => {
      for (const q of await quotas()) {
        g.set({ app: q.app, budget: q.budget, window: "burst" }, q.limit);
        g.set({ app: q.app, budget: q.budget, window: "day" }, q.dailyLimit);
      }
    },
    ["app", "budget", "window"],
  );
  return register;
}

/** In the text format of Prometheus, as prom-client would write it. */
function commitHistogram({ buckets, count, seconds }: { buckets: number[]; count: number; seconds: number }): string {
  const name = "millrace_commit_duration_seconds";
  const lines = buckets.map((n, i) => `${name}_bucket{le="${commitBounds[i]}"} ${n}`);
  return `\n# HELP ${name} How long a commit to the store took\n# TYPE ${name} histogram\n${lines.join("\n")}\n${name}_bucket{le="+Inf"} ${count}\n${name}_sum ${seconds}\n${name}_count ${count}\n`;
}
