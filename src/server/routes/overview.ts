import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Engine } from "#engine/api.ts";
import type { Clock } from "#kernel/clock.ts";
import type { Connection } from "#vault/types.ts";
import { done, overview, type OutageView, type Overview } from "../contract.ts";
import { joinOutages } from "../outages.ts";

export interface OverviewParts {
  engine: Engine;
  connections: { list(workspaceId: string): Promise<Connection[]> };
  workspaceId: string;
  clock: Clock;
  version: string;
  startedAt: number;
  sandboxUrl: () => string | null;
  /** What is wrong with the store or the clock. */
  warnings: () => string[];
  /** What this process sees of hosts that do not answer. */
  outages: () => OutageView[];
}

const dayMs = 86_400_000;

/** What the home page shows. */
export const overviewRoutes =
  ({
    engine,
    connections,
    workspaceId,
    clock,
    version,
    startedAt,
    sandboxUrl,
    warnings,
    outages: seen,
  }: OverviewParts): FastifyPluginAsyncZod =>
  async (app) => {
    app.get("/overview", {
      schema: { tags: ["Overview"], summary: "How things stand", response: { 200: overview } },
      handler: async () => {
        const [runs, attention, flows, logins, outages] = await Promise.all([
          engine.counts(workspaceId, { from: clock.now() - dayMs }),
          engine.counts(workspaceId, { attention: true }),
          engine.flows.list(workspaceId),
          connections.list(workspaceId),
          engine.outages(workspaceId),
        ]);
        return {
          version,
          startedAt,
          runs,
          queue: engine.depth(),
          outages: joinOutages(seen(), outages),
          sandboxUrl: sandboxUrl(),
          warnings: warnings(),
          held: engine.isHeld(),
          attention: Object.values(attention).reduce((sum, n) => sum + n, 0),
          flows: { on: flows.filter((f) => f.status === "on").length, total: flows.length },
          connections: countLogins(logins),
        };
      },
    });
    app.post("/resume", {
      schema: {
        tags: ["Overview"],
        summary: "Execute again after a start with --hold",
        body: z.unknown().optional(),
        response: { 200: done },
      },
      handler: async () => {
        engine.release();
        return { ok: true as const };
      },
    });
  };

/** One that ends soon still works. */
function countLogins(logins: readonly Connection[]): Overview["connections"] {
  const connected = logins.filter(({ status, checkedAt }) => status === "connected" || (status === "expiring" && checkedAt !== undefined));
  const untested = logins.filter(({ status, checkedAt }) => status === "untested" || (status === "expiring" && checkedAt === undefined));
  const broken = logins.length - connected.length - untested.length;
  return { connected: connected.length, broken, untested: untested.length, total: logins.length };
}
