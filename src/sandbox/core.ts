import type { Clock } from "#kernel/clock.ts";
import { newToken } from "#kernel/ids.ts";
import { highlevel } from "#apps/highlevel/app.ts";
import { factsIndex, newerIndex } from "#apps/highlevel/facts.ts";
import type { Operation } from "#catalog/types.ts";
import {
  acmeDental,
  brightSmiles,
  companyId,
  conversationProvider,
  defaultAppId,
  defaultClientId,
  defaultSeed,
  users,
} from "./defaults.ts";
import { Faults } from "./faults.ts";
import type { World } from "./highlevel/call.ts";
import { readsByExample } from "./highlevel/judged.ts";
import { type EventRecords, noticeOf, type EventNotice } from "./highlevel/events.ts";
import { isInstalled, type OAuthApp, type RetryPolicy, type Signatures } from "./oauth/app.ts";
import { Grants } from "./oauth/grants.ts";
import { Installs } from "./oauth/installs.ts";
import { fetchPost, type Post } from "./post.ts";
import { Mail } from "./mail.ts";
import { openRecords, type Records } from "./records.ts";
import { RequestLog } from "./request-log.ts";
import { Limits, type Quota, vendorQuota } from "./rim/limits.ts";
import { seedDefaults } from "./seed.ts";
import { SightMill } from "./sightmill.ts";
import { Flocksy } from "./twins/flocksy/flocksy.ts";
import { YourApp } from "./twins/your-app/your-app.ts";
import { openSigner, type Signer } from "./signing.ts";
import { familyNames } from "./families.ts";
import { State } from "./state.ts";
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
  /** The operations whose examples answer the reads that are not played; the catalog's when absent. */
  operations?: readonly Operation[] | undefined;
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
  readonly installs: Installs;
  readonly sightmill: SightMill;
  readonly flocksy: Flocksy;
  readonly yourApp: YourApp;
  readonly readsByExample: ReadonlyMap<string, Operation>;
  readonly #mail: Mail;
  readonly #seed: number;
  readonly #lagMs: number;
  state: State;

  constructor({
    file,
    clock,
    seed = defaultSeed,
    quota,
    indexLagMs = 0,
    post = fetchPost,
    operations = highlevel.operations,
  }: CoreOptions) {
    this.clock = clock;
    this.#seed = seed;
    this.#lagMs = indexLagMs;
    this.readsByExample = readsByExample(operations);
    const records = (this.records = openRecords(file));
    this.grants = new Grants(records, clock);
    this.faults = new Faults(records, seed);
    this.limits = new Limits(
      clock,
      { ...vendorQuota, ...quota },
      { read: () => records.getMeta("requests"), write: (text) => records.setMeta("requests", text) },
    );
    this.signer = openSigner(records);
    this.webhooks = new Webhooks({ records, clock, faults: this.faults, signer: this.signer, post });
    this.installs = new Installs({ grants: this.grants, webhooks: this.webhooks, clock, state: () => this.state });
    this.sightmill = new SightMill({ records, clock, seed, post });
    const twin = { records, clock, faults: this.faults, post };
    this.flocksy = new Flocksy(twin);
    this.yourApp = new YourApp(twin);
    this.#mail = new Mail({ clock, grants: this.grants, webhooks: this.webhooks, world: this });
    this.state = this.#openState();
    if (!this.grants.apps.get(defaultAppId)) this.grants.apps.put(firstApp());
  }

  /** Puts the records back to what a fresh sandbox has. Logins, keys and addresses stay, so that whoever is connected stays so. */
  reset(): void {
    this.records.clear(familyNames);
    this.records.setMeta("ids", "0");
    this.records.setMeta("seeded", "");
    this.faults.clear();
    this.grants.grace = true;
    this.sightmill.clear();
    this.flocksy.clear();
    this.yourApp.clear();
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

  /** Changes an app's settings in the portal: addresses, ticked events, signatures. What is not named stays; an address of "" is taken away. */
  setWebhook({ appId = defaultAppId, url, eventUrls, locationIds, ...settings }: WebhookWish): OAuthApp | undefined {
    const app = this.grants.apps.get(appId);
    if (!app) return undefined;
    const { webhookUrl, ...rest } = locationIds ? this.installs.add(app, locationIds) : app;
    const address = url ?? webhookUrl;
    return this.grants.apps.put({
      ...rest,
      ...(address && { webhookUrl: address }),
      ...(eventUrls && { eventUrls: withoutBlanks({ ...rest.eventUrls, ...eventUrls }) }),
      ...present(settings),
    });
  }

  emit: World["emit"] = (event, record) => {
    if (event === "LocationCreate") this.installs.arrive(record as EventRecords["LocationCreate"]);
    this.tell(event, noticeOf(event, record, this.state));
  };

  ownerOfProvider: World["ownerOfProvider"] = (id) => {
    const app = this.grants.apps.all().find(({ providers }) => providers?.some((provider) => provider.id === id));
    return app && { appId: app.id };
  };

  mail: World["mail"] = (message) => this.#mail.take(message);

  /** Sends an event to every app that is installed where it happened, has the scope and has it ticked. */
  tell(event: string, { scope, locationIds, typeless, payload }: EventNotice): void {
    for (const app of this.grants.apps.all())
      if (isInstalled(app, locationIds) && (!scope || app.scopes.includes(scope)))
        this.webhooks.send(app, event, typeless && !app.typed ? payload : { type: event, ...payload });
  }

  close: World["close"] = (location) => {
    for (const app of this.grants.apps.all()) this.installs.remove(app, location.id);
    for (const { id, locationId } of this.grants.grants.all()) if (locationId === location.id) this.grants.revoke(id);
    this.state.endLocation(location);
  };

  async shut(): Promise<void> {
    this.#mail.close();
    this.sightmill.close();
    await Promise.all([this.webhooks.close(), this.flocksy.hooks.close(), this.yourApp.hooks.close()]);
    this.limits.close();
    this.records.close();
  }

  #openState(): State {
    const state = new State({ records: this.records, clock: this.clock, seed: this.#seed });
    if (this.records.getMeta("seeded") !== "yes") {
      seedDefaults(state);
      this.records.setMeta("seeded", "yes");
    }
    state.search.lagMs = this.#lagMs;
    this.#mail.open(state);
    return state;
  }
}

export interface WebhookWish {
  appId?: string | undefined;
  /** The default address; "" switches webhooks off. */
  url?: string | undefined;
  /** Addresses of single events; "" takes one away. */
  eventUrls?: Record<string, string> | undefined;
  /** Also installs the app here, without a word. */
  locationIds?: readonly string[] | undefined;
  /** The events that are ticked. */
  events?: string[] | undefined;
  signatures?: Signatures | undefined;
  typed?: boolean | undefined;
  retries?: RetryPolicy | undefined;
}

const present = <T extends object>(settings: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as never;
const withoutBlanks = (urls: Record<string, string>) => Object.fromEntries(Object.entries(urls).filter(([, url]) => url !== ""));

let scopes: string[] | undefined;

/** Every scope any endpoint asks for, of either version. */
export function allScopes(): string[] {
  scopes ??= [...new Set([...factsIndex(), ...newerIndex()].flatMap((line) => line.scopes))].sort();
  return scopes;
}

const firstApp = (): OAuthApp => ({
  id: defaultAppId,
  clientId: defaultClientId,
  clientSecret: newToken(24),
  versionId: defaultAppId,
  name: "Millrace",
  redirectUris: [],
  loopbackRedirects: true,
  scopes: allScopes(),
  providers: [{ id: conversationProvider, type: "Custom" }],
  installs: [
    { locationId: acmeDental, installedAt: 0 },
    { locationId: brightSmiles, installedAt: 0 },
  ],
});
