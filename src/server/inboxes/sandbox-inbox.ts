import type { WorkspaceCatalog } from "#catalog/registry.ts";
import type { Clock } from "#kernel/clock.ts";
import { newId, newToken } from "#kernel/ids.ts";
import type { Inbox } from "#engine/types/inboxes.ts";
import type { Sandbox } from "#sandbox/index.ts";
import { hooksPath } from "../hooks/hooks.ts";
import type { InboxRegistry } from "./inbox-registry.ts";
import { mustBeAddressed } from "./inbox-service.ts";

const name = "sandbox";

/** The sandbox's app posts its events to an inbox of its own, signed with the sandbox's key. The sandbox learns every new address. */
export async function connectSandboxInbox({
  catalog,
  registry,
  systems,
  localUrl,
  workspaceId,
  clock,
}: {
  catalog: WorkspaceCatalog;
  registry: InboxRegistry;
  systems: Pick<Sandbox, "webhookKey" | "setWebhook">;
  /** Millrace's address on this machine. */
  localUrl: string;
  workspaceId: string;
  clock: Clock;
}): Promise<void> {
  const { defaultAppId, playedApp } = await import("#sandbox/defaults.ts");
  const app = catalog.app(playedApp);
  if (!app) return; // a Millrace without the app that the sandbox plays
  const addressed = app.triggers.filter(({ id }) => mustBeAddressed(app, id)).map(({ id }) => id);
  const isOurs = (inbox: Inbox) => inbox.workspaceId === workspaceId && inbox.name === name && inbox.registration === defaultAppId;
  const tell = (inbox: Inbox, there = true) => {
    if (!there || !isOurs(inbox)) return;
    const url = `${localUrl}${hooksPath}${inbox.token}`;
    systems.setWebhook({ url, eventUrls: Object.fromEntries(addressed.map((event) => [event, `${url}/${event}`])) });
  };
  registry.onChange(tell);
  const existing = registry.get(workspaceId, name);
  const signed = { registration: defaultAppId, publicKey: systems.webhookKey };
  if (!existing) {
    const now = clock.now();
    const identity = { id: newId("inb", now), workspaceId, app: app.id, name, title: "Sandbox", createdAt: now };
    await registry.add({ ...identity, ...signed, token: newToken(), legacy: false, legacyKey: null, senders: null });
    return;
  }
  if (!isOurs(existing)) return; // somebody's own inbox happens to have the name: its key is not to be touched
  // Its data may have been deleted, and with it its key.
  if (existing.publicKey !== signed.publicKey) await registry.change(workspaceId, existing.id, signed);
  else tell(existing);
}
