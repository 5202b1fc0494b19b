import type { Core } from "../core.ts";
import type { OAuthApp } from "../oauth/app.ts";

export const settingsView = (core: Core) => ({ indexLagMs: core.state.search.lagMs, refreshGrace: core.grants.grace });

/** An app without its secret. */
export const appView = ({ clientSecret: _, ...app }: OAuthApp) => app;

export const webhookView = (app: OAuthApp) => ({
  appId: app.id,
  url: app.webhookUrl ?? null,
  eventUrls: app.eventUrls ?? {},
  events: app.events ?? "all",
  signatures: app.signatures ?? "new",
  typed: app.typed ?? false,
  retries: app.retries ?? "throttled",
  locationIds: app.installs.map(({ locationId }) => locationId),
});

export function stateView(core: Core) {
  const { state } = core;
  return {
    agencies: state.agencies.all(),
    locations: state.locations.all().map((l) => ({ ...l, contacts: state.contacts.countIn(l.id) })),
    users: state.users.all(),
    counts: {
      contacts: state.contacts.size,
      notes: state.notes.size,
      tasks: state.tasks.size,
      tags: state.tags.size,
      customFields: state.customFields.size,
    },
    settings: settingsView(core),
    webhooks: core.grants.apps.all().map(webhookView),
    faults: core.faults.list(),
  };
}
