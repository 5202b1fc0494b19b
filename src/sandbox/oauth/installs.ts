import type { Clock } from "#kernel/clock.ts";
import { companyId } from "../defaults.ts";
import type { State } from "../state.ts";
import type { Location } from "../types.ts";
import type { Webhooks } from "../webhooks.ts";
import type { Install, OAuthApp } from "./app.ts";
import type { Grant, Grants } from "./grants.ts";

interface Parts {
  grants: Grants;
  webhooks: Webhooks;
  clock: Clock;
  state(): State;
}

/** What a person let an app into. */
export interface Approval {
  locationIds: readonly string[];
  /** Also the agency itself, and perhaps what it will yet have. */
  agency?: { future: boolean };
  userId: string;
}

/** Where apps are installed. Installing and removing are told to the app's default address, one webhook each, as a storm if there are many. */
export class Installs {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Lets an app into locations without a word, as if it had been there. */
  add(app: OAuthApp, locationIds: readonly string[]): OAuthApp {
    const fresh = locationIds.filter((id) => !app.installs.some((install) => install.locationId === id));
    const installs = [...app.installs, ...fresh.map((locationId) => ({ locationId, installedAt: this.#parts.clock.now() }))];
    return this.#parts.grants.apps.put({ ...app, installs });
  }

  approve(app: OAuthApp, { locationIds, agency, userId }: Approval): OAuthApp {
    const added = this.add(app, locationIds);
    const installedAt = added.agency?.installedAt ?? this.#parts.clock.now();
    const installed = agency ? this.#parts.grants.apps.put({ ...added, agency: { ...agency, installedAt } }) : added;
    if (agency) this.#tell(installed, "INSTALL", { companyId, userId, installType: "Company", ...this.#about() });
    for (const locationId of locationIds)
      this.#tell(installed, "INSTALL", { companyId, locationId, userId, installType: "Location", ...this.#about() });
    return installed;
  }

  /** A new sub-account: apps that the agency lets into all to come are in it. Who did it is not told then. */
  arrive({ id: locationId }: Location): void {
    for (const app of this.#parts.grants.apps.all())
      if (app.agency?.future) this.#tell(this.add(app, [locationId]), "INSTALL", { locationId, installType: "Location", ...this.#about() });
  }

  /** Takes an app out of a sub-account: its logins there are void and its events stop. */
  remove(app: OAuthApp, locationId: string): OAuthApp {
    const installs = app.installs.filter((install) => install.locationId !== locationId);
    if (installs.length === app.installs.length) return app;
    const rest = this.#parts.grants.apps.put({ ...app, installs });
    this.#revoke(app, (grant) => grant.locationId === locationId);
    this.#tell(rest, "UNINSTALL", { companyId, locationId });
    return rest;
  }

  /** Takes an app out of the agency, and with it out of every sub-account. */
  removeAll(app: OAuthApp): OAuthApp {
    const { agency, ...rest } = app.installs.reduce((left: OAuthApp, { locationId }) => this.remove(left, locationId), app);
    const gone = this.#parts.grants.apps.put(rest);
    this.#revoke(app, () => true);
    if (agency) this.#tell(gone, "UNINSTALL", { companyId });
    return gone;
  }

  changePlan(app: OAuthApp, locationId: string, plan: Pick<Install, "planId" | "onTrial">): OAuthApp {
    const old = app.installs.find((install) => install.locationId === locationId);
    if (!old) return app;
    const changed = this.#parts.grants.apps.put({
      ...app,
      installs: app.installs.map((install) => (install === old ? { ...old, ...plan } : install)),
    });
    if (plan.planId !== undefined && plan.planId !== old.planId)
      this.#tell(changed, "PLAN_CHANGE", {
        companyId,
        locationId,
        userId: this.#userIn(locationId),
        currentPlanId: old.planId ?? "",
        newPlanId: plan.planId,
      });
    return changed;
  }

  #tell(app: OAuthApp, event: string, payload: Record<string, unknown>): void {
    this.#parts.webhooks.send(app, event, { type: event, ...payload });
  }

  #revoke(app: OAuthApp, of: (grant: Grant) => boolean): void {
    const { grants } = this.#parts;
    for (const grant of grants.grants.all()) if (grant.appId === app.id && !grant.revoked && of(grant)) grants.revoke(grant.id);
  }

  #userIn(locationId: string): string {
    return (
      this.#parts
        .state()
        .users.all()
        .find((user) => user.locationIds.includes(locationId))?.id ?? ""
    );
  }

  #about() {
    return {
      planId: "",
      trial: { onTrial: false, trialDuration: 0, trialStartDate: "" },
      isWhitelabelCompany: false,
      companyName: this.#parts.state().agencies.get(companyId)?.name ?? "",
    };
  }
}
