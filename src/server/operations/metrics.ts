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
  /** Connections whose login is refused, with the runs that wait for each. */
  waitedFor: () => Promise<{ app: string; connection: string; runs: number }[]>;
}

/** What is counted as it happens. Everything else is read when somebody asks. */
export interface Metrics {
  committed(ms: number): void;
  /** One answer of another system: its status, or 0 when there was none. */
  called(app: string, status: number): void;
  /** The page for Prometheus. */
  page(sources: MetricsSources): Promise<{ type: string; text: string }>;
}

/** Answers of other systems, by app and class of status. */
type Calls = Map<string, { app: string; class: string; n: number }>;

const commitBounds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** prom-client is loaded when the page is first asked for; until then two small tables count. */
export function createMetrics(): Metrics {
  const commits = { buckets: commitBounds.map(() => 0), count: 0, seconds: 0 };
  const calls: Calls = new Map();
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

/** One metric of the page. Its values are read whenever the page is. */
interface Metric {
  name: string;
  help: string;
  type: "counter" | "gauge";
  labels?: readonly string[];
  read(): MetricValue[] | Promise<MetricValue[]>;
}
type MetricValue = readonly [value: number, labels?: Record<string, string>];

async function buildRegistry(sources: MetricsSources, calls: Calls): Promise<Registry> {
  const prom = await import("prom-client");
  const { collectDefaultMetrics, Counter, Gauge, Registry } = prom.default ?? prom;
  const register = new Registry();
  collectDefaultMetrics({ register, prefix: "millrace_" }); // event loop delay, memory, garbage collection
  const metrics = [...runMetrics(sources.engine), callMetric(calls), ...stateMetrics(sources), ...quotaMetrics(sources.quotas)];
  for (const { name, help, type, labels = [], read } of metrics) {
    const Kind = type === "counter" ? Counter : Gauge;
    new Kind({
      name,
      help,
      labelNames: [...labels],
      registers: [register],
      async collect() {
        const values = await read();
        this.reset();
        for (const [value, of = {}] of values)
          if (this instanceof Gauge) this.set(of, value);
          else this.inc(of, value);
      },
    });
  }
  return register;
}

const runMetrics = (engine: MetricsSources["engine"]): Metric[] => [
  {
    name: "millrace_events_accepted_total",
    help: "Events accepted since the start",
    type: "counter",
    read: () => [[engine.stats().accepted]],
  },
  {
    name: "millrace_events_repeated_total",
    help: "Events recognised as repeats since the start",
    type: "counter",
    read: () => [[engine.stats().repeats]],
  },
  {
    name: "millrace_runs_finished_total",
    help: "Runs by the state they came to",
    type: "counter",
    labels: ["state"],
    read: () => Object.entries(engine.stats().finished).map(([state, n]) => [n, { state }]),
  },
  {
    name: "millrace_step_attempts_total",
    help: "Attempts of steps since the start",
    type: "counter",
    read: () => [[engine.stats().stepAttempts]],
  },
  { name: "millrace_runs_running", help: "Runs worked on just now", type: "gauge", read: () => [[engine.stats().running]] },
  {
    name: "millrace_queue_depth",
    help: "Runs waiting by lane",
    type: "gauge",
    labels: ["lane"],
    read: () => Object.entries(engine.depth()).map(([lane, n]) => [n, { lane }]),
  },
];

const callMetric = (calls: Calls): Metric => ({
  name: "millrace_outbound_calls_total",
  help: "Answers of other systems by class of status",
  type: "counter",
  labels: ["app", "status"],
  read: () => [...calls.values()].map(({ app, class: status, n }) => [n, { app, status }]),
});

const stateMetrics = ({ engine, lint, outages, waitedFor }: MetricsSources): Metric[] => [
  {
    name: "millrace_store_healthy",
    help: "1 while the store takes writes",
    type: "gauge",
    read: () => [[engine.healthy() ? 1 : 0]],
  },
  {
    name: "millrace_lint_findings",
    help: "What the last checks of flows that are on found",
    type: "gauge",
    labels: ["level"],
    async read() {
      const { errors, warnings } = await lint();
      return [
        [errors, { level: "error" }],
        [warnings, { level: "warning" }],
      ];
    },
  },
  {
    name: "millrace_outage_waiting_runs",
    help: "Systems that do not answer, or only with errors, and how many runs wait to call each",
    type: "gauge",
    labels: ["host", "app"],
    read: () => outages().map(({ host, app, waiting }) => [waiting, { host: host ?? "", app: app ?? "" }]),
  },
  {
    name: "millrace_connection_waiting_runs",
    help: "Connections whose login is refused, and how many runs wait for each",
    type: "gauge",
    labels: ["app", "connection"],
    read: async () => (await waitedFor()).map(({ app, connection, runs }) => [runs, { app, connection }]),
  },
];

const quotaMetrics = (quotas: MetricsSources["quotas"]): Metric[] => [
  quotaMetric(quotas, "millrace_quota_used", "Requests used of a budget", (q) => ({ burst: q.used, day: q.dailyUsed })),
  quotaMetric(quotas, "millrace_quota_limit", "Requests a budget allows", (q) => ({ burst: q.limit, day: q.dailyLimit })),
];

const quotaMetric = (
  quotas: MetricsSources["quotas"],
  name: string,
  help: string,
  ofWindow: (quota: QuotaReading) => Record<string, number>,
): Metric => ({
  name,
  help,
  type: "gauge",
  labels: ["app", "budget", "window"],
  read: async () =>
    (await quotas()).flatMap((quota) => {
      const { app, budget } = quota;
      return Object.entries(ofWindow(quota)).map(([window, n]): MetricValue => [n, { app, budget, window }]);
    }),
});

/** In the text format of Prometheus, as prom-client would write it. */
function commitHistogram({ buckets, count, seconds }: { buckets: number[]; count: number; seconds: number }): string {
  const name = "millrace_commit_duration_seconds";
  const lines = buckets.map((n, i) => `${name}_bucket{le="${commitBounds[i]}"} ${n}`);
  return `\n# HELP ${name} How long a commit to the store took\n# TYPE ${name} histogram\n${lines.join("\n")}\n${name}_bucket{le="+Inf"} ${count}\n${name}_sum ${seconds}\n${name}_count ${count}\n`;
}
