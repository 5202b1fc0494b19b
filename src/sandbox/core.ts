import type { Clock } from "#kernel/clock.ts";
import { newToken } from "#kernel/ids.ts";
import { factsIndex } from "#apps/highlevel/facts.ts";
import { acmeDental, brightSmiles, companyId, defaultAppId, defaultClientId, defaultSeed, users } from "./defaults.ts";
import { Faults } from "./faults.ts";
import type { World } from "./highlevel/call.ts";
import { told } from "./highlevel/events.ts";
import { type Grant, Grants, type OAuthApp } from "./oauth/grants.ts";
import { fetchPost, type Post } from "./post.ts";
import { openRecords, type Records } from "./records.ts";
import { RequestLog } from "./requestLog.ts";
import { Limits, type Quota, vendorQuota } from "./rim/limits.ts";
import { seedDefaults } from "./seed.ts";
import { SightMill } from "./sightmill.ts";
import { openSigner, type Signer } from "./signing.ts";
import { State, stateFamilies } from "./state.ts";
import { Webhooks } from "./webhooks.ts";

export interface CoreOptions {
  /** SQLite file; in memory when absent. */
  file?: string | undefined;
  clock: Clock;
  seed?: number | undefined;
  quota?: Partial<Quota> | undefined;
  /** How long the search does not see a write. */
  indexLagMs?: number | undefined;
  /** Carries webhooks and answers out; HTTP when absent. */
  post?: Post | undefined;
}

/** Which token to make. */
export interface TokenWish {
  /** A private integration token when absent. */
  kind?: "pit" | "oauth" | undefined;
  /** Without one the token is the agency's. */
  locationId?: string | undefined;
  /** All when absent. */
  scopes?: readonly string[] | undefined;
}
export interface IssuedToken {
  accessToken: string;
  refreshToken?: string;
  clientId?: string;
  clientSecret?: string;
  locationId?: string;
  companyId: string;
  scopes: string[];
}

/** All that is behind the doors: the records, the logins, what goes wrong and what goes out. */
export class Core implements World {
  readonly clock: Clock;
  readonly records: Records;
  readonly grants: Grants;
  readonly faults: Faults;
  readonly limits: Limits;
  readonly log = new RequestLog();
  readonly signer: Signer;
  readonly webhooks: Webhooks;
  readonly sightmill: SightMill;
  readonly #seed: number;
  readonly #lagMs: number;
  state: State;

  constructor({ file, clock, seed = defaultSeed, quota, indexLagMs = 0, post = fetchPost }: CoreOptions) {
    this.clock = clock;
    this.#seed = seed;
    this.#lagMs = indexLagMs;
    const records = (this.records = openRecords(file));
    this.grants = new Grants(records, clock);
    this.faults = new Faults(records, seed);
    this.limits = new Limits(clock, { ...vendorQuota, ...quota });
    this.signer = openSigner(records);
    this.webhooks = new Webhooks({ records, clock, faults: this.faults, signer: this.signer, post });
    this.sightmill = new SightMill({ records, clock, seed, post });
    this.state = this.#openState();
    if (!this.grants.apps.get(defaultAppId)) this.grants.apps.put(firstApp());
  }

  /** Puts the records back to what a fresh sandbox has. Logins, keys and addresses stay, so that whoever is connected stays so. */
  reset(): void {
    this.records.clear(stateFamilies);
    this.records.setMeta("ids", "0");
    this.records.setMeta("seeded", "");
    this.faults.clear();
    this.grants.grace = true;
    this.sightmill.clear();
    this.log.clear();
    this.state = this.#openState();
  }

  issueToken({ kind = "pit", locationId, scopes = allScopes() }: TokenWish = {}): IssuedToken {
    const about = {
      access: locationId ? ("location" as const) : ("agency" as const),
      companyId,
      ...(locationId && { locationId }),
      userId: users.owner,
      scopes: [...scopes],
    };
    const shown = { ...(locationId && { locationId }), companyId, scopes: [...scopes] };
    if (kind === "pit") return { accessToken: this.grants.issuePit(about).token, ...shown };
    const app = this.grants.apps.get(defaultAppId)!;
    const { accessToken, refreshToken } = this.grants.issuePair(this.grants.allow({ ...about, kind, appId: app.id }));
    return { accessToken, refreshToken, clientId: app.clientId, clientSecret: app.clientSecret, ...shown };
  }

  /** Sets where an app's webhooks go, and installs it on locations (all of them when none is named). */
  setWebhook({ appId = defaultAppId, url, locationIds, legacySignature }: WebhookWish): OAuthApp | undefined {
    const app = this.grants.apps.get(appId);
    if (!app) return undefined;
    const wanted = locationIds ?? this.state.locations.all().map(({ id }) => id);
    const { webhookUrl: _, ...rest } = this.install(app, wanted);
    return this.grants.apps.put({ ...rest, ...(url && { webhookUrl: url }), ...(legacySignature !== undefined && { legacySignature }) });
  }

  install(app: OAuthApp, locationIds: readonly string[]): OAuthApp {
    const fresh = locationIds.filter((id) => !app.installs.some((install) => install.locationId === id));
    const installs = [...app.installs, ...fresh.map((locationId) => ({ locationId, installedAt: this.clock.now() }))];
    return this.grants.apps.put({ ...app, installs });
  }

  emit: World["emit"] = (event, record) => {
    const { scope, locationIds, typeless, payload } = told(event, record, this.state);
    for (const app of this.grants.apps.all()) {
      const concerned = locationIds.length === 0 || app.installs.some((install) => locationIds.includes(install.locationId));
      if (concerned && app.scopes.includes(scope)) this.webhooks.send(app, event, typeless ? payload : { type: event, ...payload });
    }
  };

  /** Tells an app that it was installed. It goes to its webhook address like the rest. */
  emitInstall(app: OAuthApp, grant: Grant): void {
    this.webhooks.send(app, "INSTALL", {
      type: "INSTALL",
      companyId: grant.companyId,
      ...(grant.locationId && { locationId: grant.locationId }),
      userId: grant.userId,
      installType: grant.locationId ? "Location" : "Company",
    });
  }

  async close(): Promise<void> {
    await this.webhooks.close();
    this.records.close();
  }

  #openState(): State {
    const state = new State({ records: this.records, clock: this.clock, seed: this.#seed });
    if (this.records.getMeta("seeded") !== "yes") {
      seedDefaults(state);
      this.records.setMeta("seeded", "yes");
    }
    state.search.lagMs = this.#lagMs;
    return state;
  }
}

export interface WebhookWish {
  appId?: string | undefined;
  /** None switches webhooks off. */
  url?: string | undefined;
  locationIds?: readonly string[] | undefined;
  legacySignature?: boolean | undefined;
}

/** Every scope any endpoint asks for. */
export const allScopes = (): string[] => [...new Set(factsIndex().flatMap((line) => line.scopes))].sort();

const firstApp = (): OAuthApp => ({
  id: defaultAppId,
  clientId: defaultClientId,
  clientSecret: newToken(24),
  versionId: defaultAppId,
  name: "Millrace",
  redirectUris: [],
  loopbackRedirects: true,
  scopes: allScopes(),
  installs: [
    { locationId: acmeDental, installedAt: 0 },
    { locationId: brightSmiles, installedAt: 0 },
  ],
});
