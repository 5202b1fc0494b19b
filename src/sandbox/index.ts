import type { FastifyInstance } from "fastify";
import { isObject } from "#kernel/json.ts";
import { controlRoutes, hookPaths } from "./control.ts";
import { Core, type CoreOptions, type IssuedToken, type TokenWish, type WebhookWish } from "./core.ts";
import { acmeDental } from "./defaults.ts";
import type { Faults } from "./faults.ts";
import { consentRoutes } from "./oauth/consent.ts";
import { oauthRoutes } from "./oauth/routes.ts";
import { pageRoutes } from "./page/routes.ts";
import { notFound } from "./refusal.ts";
import { openHttp } from "./rim/http.ts";
import { highLevelRoutes } from "./rim/routes.ts";
import { pathOf } from "./rim/trip.ts";
import { seedContacts } from "./seed.ts";
import type { SightMill, SightMillHook } from "./sightmill.ts";
import type { State } from "./state.ts";
import { twinDoor } from "./twins/door.ts";
import type { Flocksy } from "./twins/flocksy/flocksy.ts";
import { flocksyRoutes } from "./twins/flocksy/routes.ts";
import { yourAppDocument } from "./twins/your-app/document.ts";
import { yourAppRoutes } from "./twins/your-app/routes.ts";
import type { YourApp } from "./twins/your-app/your-app.ts";
import type { Webhooks } from "./webhooks.ts";

export * as sandboxDefaults from "./defaults.ts";

export interface SandboxOptions extends CoreOptions {
  /** Told where the sandbox listens. */
  log?: ((message: string) => void) | undefined;
}

/** A pretend HighLevel, with twins of SightMill, Flocksy and an app of the customer's own. */
export interface Sandbox {
  /** For tests: `app.inject(...)` needs no port. */
  readonly app: FastifyInstance;
  readonly faults: Faults;
  readonly sightmill: SightMill;
  readonly flocksy: Flocksy;
  readonly yourApp: YourApp;
  readonly webhooks: Webhooks;
  /** What the pretend HighLevel knows, for tests to look at and to lay out. */
  readonly state: State;
  listen(where: { host?: string; port: number }): Promise<string>;
  close(): Promise<void>;
  /** Adds made-up contacts and gives their ids. */
  seedContacts(count: number, locationId?: string): string[];
  issueToken(wish?: TokenWish): IssuedToken;
  /** Sets where the events of an app go; without a URL they stop. */
  setWebhook(wish: WebhookWish): void;
  /** The key that webhooks are signed with: Ed25519, SPKI, base64. */
  readonly webhookKey: string;
  /** The secret paths of the SightMill twin. */
  sightMillPaths(): Record<SightMillHook, string>;
  reset(): void;
}

/** Opens the sandbox; nothing is served until `listen`. The search lags a second behind, as the vendor's does, unless told otherwise. */
export async function openSandbox({ log, ...options }: SandboxOptions): Promise<Sandbox> {
  const core = new Core({ indexLagMs: 1000, ...options });
  const app = openHttp(core);
  highLevelRoutes(app, core);
  oauthRoutes(app, core);
  consentRoutes(app, core);
  controlRoutes(app, core);
  pageRoutes(app, core);
  twinRoutes(app, core);
  await app.ready();
  return {
    app,
    faults: core.faults,
    sightmill: core.sightmill,
    flocksy: core.flocksy,
    yourApp: core.yourApp,
    webhooks: core.webhooks,
    get state() {
      return core.state;
    },
    async listen({ host = "127.0.0.1", port }) {
      const url = await app.listen({ host, port });
      log?.(`The sandbox is at ${url}`);
      return url;
    },
    async close() {
      await app.close();
      await core.shut();
    },
    seedContacts: (count, locationId = acmeDental) => seedContacts(core.state, count, locationId).map(({ id }) => id),
    issueToken: (wish) => core.issueToken(wish),
    setWebhook: (wish) => void core.setWebhook(wish),
    webhookKey: core.signer.publicKey,
    sightMillPaths: () => hookPaths(core),
    reset: () => core.reset(),
  };
}

function twinRoutes(app: FastifyInstance, core: Core): void {
  sightMillRoute(app, core);
  const { flocksy, yourApp } = core;
  twinDoor(app, core, { title: "Flocksy", prefix: "/flocksy", logins: flocksy.logins, consents: true, routes: flocksyRoutes(flocksy) });
  twinDoor(app, core, { title: "Your App", prefix: "/your-app", logins: yourApp.logins, consents: false, routes: yourAppRoutes(yourApp) });
  app.get("/your-app/openapi.json", async (request) => yourAppDocument(`http://${request.host}/your-app`));
}

/** The addresses at which SightMill takes what it is asked. Their path is their only lock. */
function sightMillRoute(app: FastifyInstance, core: Core): void {
  app.post<{ Params: { token: string } }>("/sightmill/:token", async (request) => {
    if (!core.sightmill.receive(request.params.token, isObject(request.body) ? request.body : {}))
      throw notFound(`Cannot POST ${pathOf(request)}`);
    return { success: true };
  });
}
