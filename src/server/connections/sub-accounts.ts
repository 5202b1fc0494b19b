import type { SubAccountList, SubAccountReply } from "#api/schemas.ts";
import type { CallCause } from "#kernel/call-cause.ts";
import { loginKinds } from "#catalog/logins/kinds.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { SubAccountsRule } from "#catalog/types.ts";
import type { Clock } from "#kernel/clock.ts";
import { defined } from "#kernel/defined.ts";
import { MillraceError, toMillraceError } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import { getPath } from "#kernel/json.ts";
import type { Caller } from "#outbound/caller.ts";
import { askerIn } from "#vault/consents.ts";
import { readTokens, withTokens } from "#vault/oauth.ts";
import type { Connection, Secret } from "#vault/types.ts";
import type { Vault } from "#vault/vault.ts";
import { accountTitle } from "./account-title.ts";
import { addNamed } from "./add-named.ts";
import type { ConnectionService } from "./connection-service.ts";

type SubAccount = SubAccountList["subAccounts"][number];

export interface SubAccountsParts {
  vault: Vault;
  connections: Pick<ConnectionService, "test" | "get">;
  catalog: Catalog;
  caller: Pick<Caller, "call" | "pages">;
  clock: Clock;
}

interface LoginWish {
  rule: SubAccountsRule;
  locationId: string;
  by: string;
}

const causeOf = (by: string): CallCause => ({ purpose: "sub_accounts", by });

/** A login that sub-accounts' logins are asked for with. */
interface Agency {
  agency: Connection;
  rule: SubAccountsRule;
  client: Secret;
  registration: string;
}

/** An agency signs in once, and each of its sub-accounts becomes a connection of its own, with a login of its own. */
export class SubAccounts {
  readonly #parts: SubAccountsParts;

  constructor(parts: SubAccountsParts) {
    this.#parts = parts;
  }

  /** By name. Throws BAD_INPUT where the connection is no agency's, and what the call of the list throws. */
  async list(workspaceId: string, id: string, by: string): Promise<SubAccount[]> {
    const { caller, vault } = this.#parts;
    const { agency, rule, registration } = await this.#agency(workspaceId, id);
    const present = presentIn(agency, await vault.list(workspaceId));
    const found = new Map<string, SubAccount>();
    const request = {
      workspaceId,
      app: agency.app,
      operation: rule.list,
      connection: agency.name,
      lane: "live",
      cause: causeOf(by),
    } as const;
    for await (const { rows } of caller.pages({ ...request, input: { [rule.registration]: registration } })) {
      for (const row of rows) {
        const locationId = getPath(row, rule.id);
        if (!isLocationId(locationId)) continue;
        found.set(locationId, {
          locationId,
          name: accountTitle(getPath(row, rule.name)) ?? locationId,
          installed: getPath(row, rule.installed) === true,
          connection: present.get(locationId) ?? null,
        });
      }
    }
    return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
  }

  /** Makes a connection for each sub-account, or gives the present one a new login. One that fails does not stop the others. */
  async connect(workspaceId: string, id: string, locationIds: readonly string[], by: string): Promise<SubAccountReply> {
    const { connections, vault } = this.#parts;
    const agency = await this.#agency(workspaceId, id);
    const names = new Map((await this.list(workspaceId, id, by)).map(({ locationId, name }) => [locationId, name]));
    const present = new Map(
      (await vault.list(workspaceId)).flatMap((each) => (isOf(agency.agency, each) ? [[each.locationId, each.id]] : [])),
    );
    const reply: SubAccountReply = { connected: [], refused: [] };
    for (const locationId of new Set(locationIds)) {
      try {
        const title = names.get(locationId);
        if (title === undefined) throw new MillraceError("NOT_FOUND", { details: { what: "sub-account", id: locationId } });
        const saved = await this.#connectOne(agency, { locationId, title, present: present.get(locationId) }, by);
        await connections.test(workspaceId, saved.id, by);
        reply.connected.push(await connections.get(workspaceId, saved.id));
      } catch (thrown) {
        reply.refused.push({ locationId, message: toMillraceError(thrown).message });
      }
    }
    return reply;
  }

  /** `present`: the id of the connection that is for it already. */
  async #connectOne(
    { agency, rule, client }: Agency,
    { locationId, title, present }: { locationId: string; title: string; present: string | undefined },
    by: string,
  ): Promise<Connection> {
    const { vault } = this.#parts;
    const { workspaceId, app, auth, baseUrl, companyId, settings } = agency;
    const { facts, ...tokens } = await this.#login(agency, { rule, locationId, by });
    const secret = withTokens(client, tokens);
    const scopes = facts.scopes ?? agency.scopes;
    if (present !== undefined) return vault.change(workspaceId, present, { secret, ...defined({ scopes }) }, undefined, by);
    const shared = { app, auth, ...defined({ baseUrl, companyId, settings, scopes }) };
    return addNamed(vault, workspaceId, { ...shared, title, locationId, access: "location", secret }, by);
  }

  async #login({ workspaceId, app, name, companyId }: Connection, { rule: { login }, locationId, by }: LoginWish) {
    const { caller, catalog, clock } = this.#parts;
    const { output } = await caller.call({
      workspaceId,
      app,
      operation: login,
      connection: name,
      input: { companyId, locationId },
      lane: "live",
      dry: false,
      idempotencyKey: newId("login"),
      cause: causeOf(by),
    });
    const tokens = readTokens(output, clock.now());
    const title = catalog.of(workspaceId).app(app)?.title ?? app;
    const grantedTo = tokens?.facts.locationId ?? locationId;
    const problem = !tokens ? "the answer holds no token" : `the login is for the sub-account ${grantedTo}`;
    if (!tokens || grantedTo !== locationId) throw new MillraceError("CONSENT_REFUSED", { details: { app: title, problem } });
    return tokens;
  }

  /** The agency's connection, with the client by which its login was granted. */
  async #agency(workspaceId: string, id: string): Promise<Agency> {
    const { vault, catalog } = this.#parts;
    const { connection: agency, secret } = await vault.changedDraft(workspaceId, id, {});
    const rule = catalog.of(workspaceId).app(agency.app)?.subAccounts;
    const { consent, registration } = loginKinds[agency.auth];
    if (!rule || !consent || agency.access !== "agency") {
      const problem = `'${agency.name}' is not an agency's login made by signing in at the app, so it has no sub-accounts to connect`;
      throw new MillraceError("BAD_INPUT", { details: { field: "id", problem } });
    }
    return { agency, rule, client: askerIn(agency.auth, secret), registration: registration?.(secret) ?? "" };
  }
}

const longestLocationId = 64;

/** Whether it can be what a connection is for. */
const isLocationId = (value: unknown): value is string => typeof value === "string" && value !== "" && value.length <= longestLocationId;

/** The names of the connections at the agency's address by sub-account, however they log in; first those whose login the agency can renew. */
function presentIn(agency: Connection, connections: readonly Connection[]): Map<string, string> {
  const there = connections.filter(({ app, baseUrl, access }) => app === agency.app && baseUrl === agency.baseUrl && access !== "agency");
  const sorted = there.toSorted((a, b) => Number(isOf(agency, a)) - Number(isOf(agency, b)));
  return new Map(sorted.flatMap(({ locationId, name }) => (locationId === undefined ? [] : [[locationId, name] as const])));
}

/** Whether a connection is for a sub-account that the agency's login could be asked for, at the address that login is made for. */
const isOf = (agency: Connection, { app, auth, baseUrl, access, locationId }: Connection): boolean =>
  app === agency.app && auth === agency.auth && baseUrl === agency.baseUrl && access !== "agency" && locationId !== undefined;
