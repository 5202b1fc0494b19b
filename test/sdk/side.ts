import { randomBytes } from "node:crypto";
import { HighLevel } from "@gohighlevel/api-client";
import { TestClock } from "#kernel/clock.ts";
import type { JsonObject } from "#kernel/json.ts";
import { silentLog } from "#kernel/log.ts";
import type { PretendedEffect } from "#catalog/types.ts";
import { builtIn, findOperation } from "#test/support/built-in.ts";
import { openSandbox, sandboxDefaults, type Sandbox } from "#sandbox/index.ts";
import { Table } from "#sandbox/table.ts";
import { openOutboundServices } from "#server/connections/outbound-services.ts";
import { memoryVaultStore } from "#test/fakes/vault-store.ts";

const { acmeDental: locationId, companyId } = sandboxDefaults;
const workspaceId = "ws_1";
export type Login = "location" | "agency";

/** A sandbox on a port, and the two who ask it: the official client as it comes, and Millrace by the way every step goes. */
export interface Side {
  sandbox: Sandbox;
  clock: TestClock;
  official: Record<Login, HighLevel>;
  /** Reads a list to its end; anything else is one call. */
  millrace(login: Login, operation: string, input: JsonObject): Promise<unknown>;
  /** What Millrace says a write would do. */
  dryRun(login: Login, operation: string, input: JsonObject): Promise<PretendedEffect[]>;
  /** The route of the request that came last. */
  lastRoute(): Promise<string>;
  /** The names of the events that were posted since one last asked. */
  told(): Promise<string[]>;
  /** Every record there is, by family. */
  records(): Record<string, unknown[]>;
  close(): Promise<void>;
}

/** Sides that are opened alike are alike: same records, same ids to come, same time. */
export async function openSide(): Promise<Side> {
  const clock = new TestClock();
  const posted: string[] = [];
  const sandbox = await openSandbox({
    clock,
    quota: { burst: 1_000_000, daily: 100_000_000 },
    indexLagMs: 0,
    async post(_url, { body }) {
      posted.push(typeOf(body));
      return 200;
    },
  });
  sandbox.setWebhook({ url: "http://127.0.0.1:9/events" });
  const url = (await sandbox.listen({ port: 0 })).replace("localhost", "127.0.0.1");
  const tokens = { location: sandbox.issueToken({ locationId }).accessToken, agency: sandbox.issueToken().accessToken };
  Object.assign(HighLevel, { BASE_URL: url }); // declared private, and the only way to point it elsewhere
  const official = {
    location: new HighLevel({ privateIntegrationToken: tokens.location }),
    agency: new HighLevel({ privateIntegrationToken: tokens.agency }),
  };
  const outbound = await connected(clock, url, tokens);
  return {
    sandbox,
    clock,
    official,
    async millrace(login, operation, input) {
      const request = { workspaceId, app: "highlevel", operation, connection: login, input, lane: "live" as const };
      if (!findOperation("highlevel", operation)!.list)
        return (await outbound.caller.call({ ...request, dry: false, idempotencyKey: randomBytes(8).toString("hex") })).output;
      const rows: unknown[] = [];
      for await (const page of outbound.caller.pages(request)) rows.push(...page.rows);
      return rows;
    },
    async dryRun(login, operation, input) {
      const request = { workspaceId, app: "highlevel", operation, connection: login, input, lane: "live" as const };
      return (await outbound.caller.call({ ...request, dry: true, idempotencyKey: "" })).effects!;
    },
    async lastRoute() {
      const reply = await sandbox.app.inject({ url: "/sandbox/requests?limit=1", headers: { host: "127.0.0.1" } });
      const [last] = reply.json<{ requests: { method: string; path: string }[] }>().requests;
      return `${last!.method} ${last!.path.split("?")[0]}`;
    },
    async told() {
      await clock.advance(60_000);
      return [...new Set(posted.splice(0))].sort();
    },
    records: () =>
      Object.fromEntries(
        Object.entries(sandbox.state)
          .filter((entry): entry is [string, Table<never>] => entry[1] instanceof Table)
          .map(([family, table]) => [family, table.all()]),
      ),
    async close() {
      await outbound.close();
      await sandbox.close();
    },
  };
}

/** Some families name no type in what they post. */
export const typeless = "";
const typeOf = (body: string): string => (JSON.parse(body) as { type?: string }).type ?? typeless;

async function connected(clock: TestClock, url: string, tokens: Record<Login, string>) {
  const outbound = openOutboundServices({
    catalog: builtIn,
    store: memoryVaultStore(),
    keys: [randomBytes(32)],
    allowPrivateHosts: [new URL(url).host],
    clock,
    log: silentLog,
    called() {},
  });
  for (const access of ["location", "agency"] as const)
    await outbound.vault.connect(workspaceId, {
      app: "highlevel",
      name: access,
      auth: "token",
      baseUrl: url,
      access,
      companyId,
      ...(access === "location" && { locationId }),
      secret: { token: tokens[access] },
    });
  return outbound;
}
