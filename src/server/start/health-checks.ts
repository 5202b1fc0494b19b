import type { Clock } from "#kernel/clock.ts";
import { probeAddress } from "#outbound/probe.ts";
import { neededScopes } from "../connections/needed-scopes.ts";
import { createFlowViews } from "../flows/flow-views.ts";
import { HealthChecks } from "../operations/health-report.ts";
import { machineFindings } from "../operations/machine-findings.ts";
import type { ProxyWatch } from "../operations/proxy-watch.ts";
import { Reachability } from "../operations/reachability.ts";
import type { MissingScope } from "../operations/workspace-findings.ts";
import { overviewOf } from "../routes/overview.ts";
import type { appParts } from "./app-parts.ts";
import type { Inside } from "./inside.ts";
import { isOnThisMachineOnly } from "./reach.ts";
import type { Settings } from "./settings.ts";

/** What the page Health and the doctor look at, and how this Millrace is recognized at its public address. */
export async function openHealthChecks(
  settings: Settings,
  { store, engine, catalog, outbound: { vault } }: Pick<Inside, "store" | "engine" | "catalog" | "outbound">,
  {
    parts,
    proxies,
    clock,
  }: {
    parts: ReturnType<typeof appParts> & { signIn: Parameters<typeof overviewOf>[1]["signIn"] };
    proxies: Pick<ProxyWatch, "findings">;
    clock: Clock;
  },
) {
  const reach = new Reachability({
    publicUrl: settings.publicUrl,
    onThisMachineOnly: isOnThisMachineOnly(settings),
    instance: (await store.marks.read<string>("instance")) ?? "",
    probe: (url) => probeAddress(url, clock),
  });
  const missingScopes = async (workspaceId: string): Promise<ReadonlyMap<string, readonly MissingScope[]>> => {
    const apps = catalog.of(workspaceId);
    const logins = (await vault.list(workspaceId)).filter(({ scopes, app }) => scopes !== undefined && apps.app(app) !== undefined);
    const missing = logins.map(async ({ id, name, formerNames = [], app, scopes = [] }): Promise<[string, MissingScope[]]> => {
      const of = { workspaceId, app: apps.app(app)!, names: [name, ...formerNames] };
      const needed = await neededScopes({ flows: engine.flows, catalog: apps }, of);
      return [id, needed.filter(({ scope }) => !scopes.includes(scope))];
    });
    return new Map(await Promise.all(missing));
  };
  const healthChecks = new HealthChecks({
    clock,
    version: parts.version,
    machine: () => [...machineFindings(settings, clock.now()), ...proxies.findings()],
    reach,
    storeProblem: parts.storeProblem,
    warnings: parts.warnings,
    overview: (workspaceId) => overviewOf(workspaceId, parts),
    connections: (workspaceId) => parts.connectionService.list(workspaceId),
    flows: (workspaceId) => createFlowViews(parts).all(workspaceId),
    inboxes: (workspaceId) => parts.inboxService.list(workspaceId),
    webhookEndpoints: (workspaceId) => parts.webhookEndpoints.list(workspaceId),
    syncs: async (workspaceId) =>
      Promise.all((await parts.syncs.service.list(workspaceId)).map((sync) => parts.syncs.views.standing(sync))),
    missingScopes,
  });
  return { healthChecks, proofOf: reach.proofOf };
}
