import { plainHttp } from "#catalog/plain-http.ts";
import type { CallCause } from "#kernel/call-cause.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { Clock } from "#kernel/clock.ts";
import { defined } from "#kernel/defined.ts";
import { newId } from "#kernel/ids.ts";
import { getPath } from "#kernel/json.ts";
import type { Log } from "#kernel/log.ts";
import { createCaller, type CallerParts } from "#outbound/caller.ts";
import { createGovernor, type Governor } from "#outbound/governor.ts";
import type { Outages } from "#outbound/outages.ts";
import type { Authorizer, Outbound } from "#outbound/types.ts";
import { createAuthorizer } from "#vault/authorizer.ts";
import { draftStore } from "#vault/draft-store.ts";
import type { Sealer } from "#vault/seal.ts";
import type { Connection, FormPost } from "#vault/types.ts";
import type { Draft } from "#vault/vault.ts";
import { accountTitle } from "./account-title.ts";
import { probe, type Probe, type ProbeCall } from "./connection-probe.ts";

interface Parts {
  catalog: Catalog;
  sealer: Sealer;
  post: FormPost;
  outages: Outages;
  clock: Clock;
  log: Log;
  /** What calls of saved connections are made with. */
  authorizer: Authorizer;
  governor: Governor;
  outboundOf(authorizer: Authorizer, budgets: Governor): Outbound;
}

/** Tests logins, those that are saved and those that are only typed. */
export class LoginTester {
  readonly #parts: Parts;
  /** A login that is only tried has a budget of its own on the other side: its figures are not the sub-account's. */
  readonly #budgetsOfDrafts = createGovernor();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** With the secret that is kept for it. */
  async testSaved(draft: Draft, by?: string): Promise<Probe & Draft> {
    const { authorizer, governor } = this.#parts;
    const result = await this.#probe(draft, this.#quiet(authorizer, governor), by);
    return { ...result, ...draft };
  }

  /** Tests with the draft's own secret. The result has the secret as the test left it: a refresh token can be used only once. */
  async testDraft(draft: Draft, by?: string): Promise<Probe & Draft> {
    const { sealer } = this.#parts;
    const { workspaceId, id } = draft.connection;
    const { store, outbound } = await this.#apart(draft);
    const result = await this.#probe(draft, outbound, by);
    const [connection, sealed] = [await store.get(workspaceId, id), await store.sealed(workspaceId, id)];
    return { ...result, connection: connection!, secret: await sealer.open(id, sealed!.jwe) };
  }

  /** The name of the account that a login is for; null where the app does not say, or the login may not read it. */
  async accountName(draft: Draft, by?: string): Promise<string | null> {
    const { catalog } = this.#parts;
    const { connection } = draft;
    const home = catalog.of(connection.workspaceId).app(connection.app)?.home;
    const { operation, name } = (connection.access === "agency" ? home?.agency : home) ?? {};
    if (operation === undefined || name === undefined) return null;
    const { outbound } = await this.#apart(draft);
    const account = await this.#call(connection, outbound, by)(connection.app, operation, {}).catch(() => null);
    return accountTitle(getPath(account, name));
  }

  /** Calls by a login that is not saved. */
  async #apart({ connection, secret }: Draft) {
    const { catalog, sealer, post, clock, log } = this.#parts;
    const store = draftStore(connection, await sealer.seal(connection.id, secret));
    const authorizer = createAuthorizer({ store, sealer, catalog, post, clock, log });
    return { store, outbound: this.#quiet(authorizer, this.#budgetsOfDrafts) };
  }

  /** Calls with a login whose health is not recorded: the test judges it. */
  #quiet({ authorize, renew }: Authorizer, budgets: Governor): Outbound {
    return this.#parts.outboundOf({ authorize, renew }, budgets);
  }

  #probe(draft: Draft, outbound: Outbound, by: string | undefined): Promise<Probe> {
    const { catalog, clock } = this.#parts;
    const { connection } = draft;
    const call = this.#call(connection, outbound, by);
    const app = catalog.of(connection.workspaceId).app(connection.app) ?? { title: connection.app };
    return probe(draft, app, call, clock.now());
  }

  #call(connection: Connection, outbound: Outbound, by: string | undefined): ProbeCall {
    const { catalog, outages, clock } = this.#parts;
    const cause: CallCause = { purpose: "login_test", ...defined({ by }) };
    return probeCall(connection, cause, { catalog, outages, clock, outbound, remembered: (_, each) => each });
  }
}

/** The reads of a test, made with one login or with none. */
function probeCall(connection: Connection, cause: CallCause, parts: Omit<CallerParts, "connection">): ProbeCall {
  const { workspaceId, name } = connection;
  return async (app, operation, input, open = false) => {
    const { origin } = new URL(String(input["url"] ?? "http://x"));
    const anybody = { id: "open:test", workspaceId, name, app, auth: "none" as const, baseUrl: origin };
    const place = app === plainHttp.app ? { baseUrl: connection.baseUrl ?? origin } : {};
    const login = { ...connection, app, ...place }; // its base address, or its app's, is asked by a plain request with its own login
    const caller = createCaller({ ...parts, connection: async () => (open ? anybody : login) });
    const request = {
      workspaceId,
      app,
      operation,
      input,
      lane: "live" as const,
      dry: false,
      idempotencyKey: newId("test"),
      cause,
    };
    return (await caller.call({ ...request, connection: name })).output;
  };
}
