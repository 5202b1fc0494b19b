import type { FastifyInstance } from "fastify";
import type { Engine } from "#engine/api.ts";
import type { Clock } from "#kernel/clock.ts";
import { isInUse } from "#surfaces/connection-words.ts";
import type { Connection } from "#vault/types.ts";
import type { OutageView, Overview } from "#api/schemas.ts";
import { dayMs } from "#kernel/durations.ts";
import type { RunStream } from "../http/run-stream.ts";
import { withoutPutRight } from "../runs/put-right.ts";
import { joinOutages } from "../operations/outages.ts";
import { serve } from "../http/serve.ts";
import type { Vault } from "#vault/vault.ts";
import type { Syncs } from "../sync/open-syncs.ts";
import type { SignIn } from "../auth/sign-in.ts";

export interface OverviewParts {
  engine: Engine;
  runStream: Pick<RunStream, "join">;
  signIn: Pick<SignIn, "isStillAllowed" | "addressOf">;
  connections: Pick<Vault, "list" | "removed">;
  syncs: Syncs;
  clock: Clock;
  version: string;
  startedAt: number;
  sandboxUrl: () => string | null;
  /** What is wrong with the store or the clock. */
  warnings: () => string[];
  /** What this process sees of hosts that do not answer and that runs of the workspace wait for. */
  outages: (workspaceId: string) => OutageView[];
}

/** What the home page shows, and the stream that updates it. */
export function serveOverview(app: FastifyInstance, parts: OverviewParts): void {
  const { engine, runStream, signIn } = parts;
  serve(app, "overview", {
    get: ({ principal }) => overviewOf(principal.workspaceId, parts),
    resume: () => engine.release(),
    stream: ({ principal, request, reply }) => {
      const { visitor } = request;
      const address = signIn.addressOf(request);
      const reader = visitor?.accountId ?? visitor?.id ?? "";
      const mayListen = () => visitor !== null && signIn.isStillAllowed(visitor, address);
      runStream.join(reply.raw, { workspaceId: principal.workspaceId, reader, mayListen });
      reply.hijack();
    },
  });
}

/** The summary of a workspace. */
export async function overviewOf(workspaceId: string, parts: OverviewParts): Promise<Overview> {
  const {
    engine,
    connections,
    syncs: { views },
    clock,
    version,
    startedAt,
    sandboxUrl,
    warnings,
    outages: seen,
  } = parts;
  const [runs, putRight, open, attention, flows, logins, outages, syncs] = await Promise.all([
    engine.counts(workspaceId, { from: clock.now() - dayMs }),
    engine.putRight(workspaceId, clock.now() - dayMs),
    engine.counts(workspaceId, { states: ["queued", "running", "waiting"] }),
    engine.counts(workspaceId, { attention: true }),
    engine.flows.list(workspaceId),
    connections.list(workspaceId),
    engine.outages(workspaceId),
    views.concerned(workspaceId),
  ]);
  return {
    version,
    startedAt,
    runs: withoutPutRight(runs, ...putRight.values()),
    replayed: [...putRight.values()].reduce((sum, { failed, held }) => sum + failed + held, 0),
    underWay: { queued: open.queued, running: open.running, waiting: open.waiting },
    queue: engine.depth(),
    outages: joinOutages(seen(workspaceId), outages, logins),
    sandboxUrl: sandboxUrl(),
    warnings: warnings(),
    held: engine.isHeld(),
    attention: Object.values(attention).reduce((sum, n) => sum + n, 0),
    syncs,
    flows: { on: flows.filter((f) => f.status === "on").length, total: flows.length },
    connections: countLogins(logins),
  };
}

/** One that ends soon still works. One that no test can show to work counts as working where it is in use. */
function countLogins(logins: readonly Connection[]): Overview["connections"] {
  const connected = logins.filter(
    (login) => login.status === "connected" || (login.status === "expiring" && login.checkedAt !== undefined) || isInUse(login),
  );
  const untested = logins.filter(
    (login) => !isInUse(login) && (login.status === "untested" || (login.status === "expiring" && login.checkedAt === undefined)),
  );
  const broken = logins.length - connected.length - untested.length;
  return { connected: connected.length, broken, untested: untested.length, total: logins.length };
}
