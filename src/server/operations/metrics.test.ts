import { expect, test } from "vitest";
import { createMetrics, type MetricsSources } from "./metrics.ts";

const sources: MetricsSources = {
  engine: {
    stats: () => ({ accepted: 12, repeats: 3, finished: { succeeded: 10, failed: 2 }, stepAttempts: 40, commits: 5, running: 1 }),
    depth: () => ({ live: 4, sync: 0, backfill: 0 }),
    healthy: () => true,
  },
  quotas: async () => [{ app: "highlevel", budget: "acme", used: 7, limit: 100, dailyUsed: 70, dailyLimit: 200_000 }],
  lint: async () => ({ errors: 2, warnings: 5 }),
  outages: () => [
    { host: "api.example", app: "Example", since: 1, reason: "no answer within 30 s", nextTryAt: 2, waiting: 284, flows: [] },
  ],
  waitedFor: async () => [{ app: "highlevel", connection: "acme", runs: 37 }],
};

test("the page tells counters, gauges and how long commits took, the same however often it is read", async () => {
  const metrics = createMetrics();
  for (const ms of [0.4, 1.5, 3, 9000]) metrics.committed(ms);
  metrics.called("highlevel", 201);
  metrics.called("highlevel", 204);
  metrics.called("highlevel", 429);
  metrics.called("http", 0);
  await metrics.page(sources);
  const { text, type } = await metrics.page(sources);
  expect(type).toContain("text/plain");
  for (const line of [
    "millrace_events_accepted_total 12",
    "millrace_events_repeated_total 3",
    'millrace_runs_finished_total{state="failed"} 2',
    'millrace_queue_depth{lane="live"} 4',
    'millrace_outbound_calls_total{app="highlevel",status="2xx"} 2',
    'millrace_outbound_calls_total{app="highlevel",status="4xx"} 1',
    'millrace_outbound_calls_total{app="http",status="none"} 1',
    'millrace_quota_used{app="highlevel",budget="acme",window="burst"} 7',
    'millrace_lint_findings{level="error"} 2',
    'millrace_outage_waiting_runs{host="api.example",app="Example"} 284',
    'millrace_connection_waiting_runs{app="highlevel",connection="acme"} 37',
    "millrace_store_healthy 1",
    'millrace_commit_duration_seconds_bucket{le="0.0005"} 1',
    'millrace_commit_duration_seconds_bucket{le="0.002"} 2',
    'millrace_commit_duration_seconds_bucket{le="2.5"} 3',
    'millrace_commit_duration_seconds_bucket{le="+Inf"} 4',
    "millrace_commit_duration_seconds_count 4",
  ])
    expect(text.split("\n")).toContain(line);
});
