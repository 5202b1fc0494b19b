import type { ChangeFeed } from "#changes/feed.ts";
import type { Engine } from "#engine/api.ts";
import type { OwnApps } from "../apps/own-apps.ts";
import type { OutboundServices } from "../connections/outbound-services.ts";
import type { PinBook } from "../connections/pin-book.ts";
import type { PrivateHostService } from "../connections/private-host-service.ts";
import type { RuleBook } from "../parts/rule-book.ts";
import type { RunStream } from "../http/run-stream.ts";
import type { InboxRegistry } from "../inboxes/inbox-registry.ts";
import type { LintService } from "../lint/lint-service.ts";

interface Followers {
  feed: ChangeFeed;
  ownApps: Pick<OwnApps, "reread">;
  ruleBook: Pick<RuleBook, "reread">;
  engine: Pick<Engine, "flowChanged">;
  outbound: Pick<OutboundServices, "connectionChanged"> & { refused: Pick<OutboundServices["refused"], "reread"> };
  inboxes: Pick<InboxRegistry, "reread">;
  lint: Pick<LintService, "reread">;
  pins: Pick<PinBook, "forgetPlace">;
  privateHosts: Pick<PrivateHostService, "reread">;
  signIn: { reread(): Promise<void> };
  runStream: Pick<RunStream, "recordChanged">;
}

/** Keeps the caches and live pages of this process up to date with changes of other processes. Each part handles its own changes itself. */
export function followChanges({
  feed,
  ownApps,
  ruleBook,
  engine,
  outbound,
  inboxes,
  lint,
  pins,
  privateHosts,
  signIn,
  runStream,
}: Followers): void {
  feed.followOthers(["app"], ({ workspaceId, id }) => ownApps.reread(workspaceId, id));
  feed.followOthers(["rule"], ({ workspaceId, id }) => ruleBook.reread(workspaceId, id));
  feed.followOthers(["flow", "trigger"], ({ id }) => engine.flowChanged(id));
  feed.followOthers(["connection"], ({ workspaceId, id }) => outbound.connectionChanged({ workspaceId, id }));
  feed.follow(["connection"], ({ workspaceId, id }) => outbound.refused.reread({ workspaceId, id }));
  feed.followOthers(["inbox"], () => inboxes.reread());
  feed.followOthers(["api_key", "session", "member", "workspace"], () => signIn.reread());
  feed.followOthers(["private_host"], () => privateHosts.reread());
  feed.followOthers(["pin"], ({ workspaceId, id }) => pins.forgetPlace(workspaceId, id));
  feed.followOthers(["lint", "flow"], ({ workspaceId, id }) => lint.reread(workspaceId, id));
  feed.follow(
    ["flow", "trigger", "connection", "inbox", "lint", "rule", "mapping", "template", "member", "agent", "approval"],
    runStream.recordChanged,
  );
}
