import type { Catalog, WorkspaceCatalog } from "#catalog/registry.ts";
import { proofInWords, secretPlaceOf, webhookRules } from "#catalog/webhooks.ts";
import type { Engine } from "#engine/api.ts";
import type { Titles } from "#engine/flow/sentence.ts";
import type { Flow } from "#engine/types/flows.ts";
import type { FlowDetail, FlowView, RefusedSender } from "#api/schemas.ts";
import type { Vault } from "#vault/vault.ts";
import type { Clock } from "#kernel/clock.ts";
import type { SetupStore } from "#storage/template-store.ts";
import { dayMs } from "#kernel/durations.ts";
import type { ConnectionUse } from "../connections/connection-use.ts";
import { type KnownConnection, readKnownConnections } from "../connections/known-connections.ts";
import { subAccountsOf } from "../connections/sub-accounts-of.ts";
import type { HookSubscriptions } from "../hooks/subscriptions/hook-subscriptions.ts";
import type { InboxService } from "../inboxes/inbox-service.ts";
import type { LintService } from "../lint/lint-service.ts";
import { flowNotices } from "../lint/notices.ts";
import { toFindingView, toFlowView } from "../runs/views.ts";
import { withoutPutRight } from "../runs/put-right.ts";

export interface FlowViewParts {
  engine: Engine;
  catalog: Catalog;
  titlesOf: (workspaceId: string) => Titles;
  clock: Clock;
  publicUrl: () => string;
  inboxService: Pick<InboxService, "addresses" | "subscription">;
  /** Whom a flow or an inbox refused, by its id. */
  refusedSenders: (id: string) => RefusedSender[];
  lint: Pick<LintService, "counts" | "troubles">;
  setups: Pick<SetupStore, "list" | "get">;
  connectionUse: ConnectionUse;
  connections: Pick<Vault, "list" | "removed">;
  /** What apps were told of the flows' addresses. */
  hookSubscriptions: Pick<HookSubscriptions, "views" | "retry">;
}

export interface FlowViews {
  all(workspaceId: string): Promise<FlowView[]>;
  detail(flow: Flow): Promise<FlowDetail>;
}

const mostProblems = 100;

/** The last check of a flow, in numbers and with each thing that is wrong. */
const lintOf = (lint: FlowViewParts["lint"], flow: Flow): FlowView["lint"] => {
  const counts = lint.counts(flow);
  return counts && { ...counts, troubles: lint.troubles(flow).map((trouble) => ({ ...toFindingView(trouble), places: trouble.places })) };
};

/** Flows as the API shows them. */
export function createFlowViews(parts: FlowViewParts): FlowViews {
  const { engine, titlesOf, clock, publicUrl, inboxService, lint, setups, connectionUse, connections } = parts;
  const subscriptionsOf = (workspaceId: string) => parts.hookSubscriptions.views(workspaceId);
  /** However many flows there are, each kind of row is asked for once. */
  const all = async (workspaceId: string): Promise<FlowView[]> => {
    const [flows, triggers, published, totals, putRight, setUp, logins, subscriptions] = await Promise.all([
      engine.flows.list(workspaceId),
      engine.flows.triggers(workspaceId),
      engine.flows.published(workspaceId),
      engine.flowTotals(workspaceId, clock.now() - dayMs),
      engine.putRight(workspaceId, clock.now() - dayMs),
      setups.list(workspaceId),
      readKnownConnections(connections, workspaceId),
      subscriptionsOf(workspaceId),
    ]);
    const names = new Map(await Promise.all(flows.map(async (flow) => [flow.id, await connectionUse.namesOf(flow)] as const)));
    const stepOf = new Map(setUp.map(({ flowId, step }) => [flowId, step]));
    return flows.flatMap((flow) => {
      const trigger = triggers.get(flow.id);
      const total = totals.get(flow.id);
      if (!trigger || !total) return []; // deleted meanwhile, or made since
      const inboxes = inboxService.addresses(flow);
      const setup = stepOf.get(flow.id) ?? null;
      const subAccounts = subAccountsOf(names.get(flow.id)!, logins);
      const shown = {
        flow,
        trigger,
        published: published.get(flow.id) ?? null,
        ...total,
        counts: withoutPutRight(total.counts, putRight.get(flow.id)),
        inboxes,
        lint: lintOf(lint, flow),
        setup,
        subAccounts,
        hookSubscription: subscriptions.get(flow.id) ?? null,
      };
      return [toFlowView(shown, titlesOf(workspaceId), publicUrl())];
    });
  };
  const view = async (flow: Flow): Promise<FlowView> => {
    const [trigger, published, counts, putRight, newest, setup, logins, subscriptions] = await Promise.all([
      engine.flows.trigger(flow),
      flow.version === null ? null : engine.flows.version(flow.workspaceId, flow.id, flow.version),
      engine.counts(flow.workspaceId, { flowId: flow.id, from: clock.now() - dayMs }),
      engine.putRight(flow.workspaceId, clock.now() - dayMs),
      engine.runs(flow.workspaceId, { flowId: flow.id }, { limit: 1 }),
      setups.get(flow.workspaceId, flow.id),
      readKnownConnections(connections, flow.workspaceId),
      subscriptionsOf(flow.workspaceId),
    ]);
    const inboxes = inboxService.addresses(flow);
    const lastRunAt = newest[0]?.createdAt ?? null;
    const subAccounts = subAccountsOf(await connectionUse.namesOf(flow), logins);
    const shown = {
      flow,
      trigger,
      published,
      counts: withoutPutRight(counts, putRight.get(flow.id)),
      lastRunAt,
      inboxes,
      lint: lintOf(lint, flow),
      setup: setup?.step ?? null,
      subAccounts,
      hookSubscription: subscriptions.get(flow.id) ?? null,
    };
    return toFlowView(shown, titlesOf(flow.workspaceId), publicUrl());
  };
  const detail = async (flow: Flow): Promise<FlowDetail> => {
    const [shown, versions, trigger] = await Promise.all([view(flow), engine.flows.versions(flow), triggerFacts(flow, parts)]);
    return {
      ...shown,
      trigger: { ...shown.trigger, ...trigger },
      definition: { ...flow.draft },
      revision: flow.revision,
      problems: engine.flows.problems(flow.workspaceId, flow.draft).slice(0, mostProblems),
      notices: flowNotices(flow.draft, parts.catalog.of(flow.workspaceId), titlesOf(flow.workspaceId)),
      versions,
    };
  };
  return { all, detail };
}

/** What is shown of a flow's trigger beside its state: what its events are told by, who was refused, and how they are verified. */
async function triggerFacts(flow: Flow, { catalog, titlesOf, inboxService, refusedSenders, connections }: FlowViewParts) {
  const { workspaceId, draft } = flow;
  const [subscription, logins] = await Promise.all([inboxService.subscription(flow), readKnownConnections(connections, workspaceId)]);
  const { sooner = [], watch } = titlesOf(workspaceId).trigger(draft.trigger.app, draft.trigger.operation) ?? {};
  return {
    subscription,
    refusedSenders: refusedSenders(flow.id),
    sooner: [...sooner],
    watches: watch !== undefined,
    proof: proofOf(flow, catalog.of(workspaceId), logins),
  };
}

/** How the app of a flow's trigger proves its events, and what that is checked with. What the flow says itself wins, and is in its definition. */
function proofOf({ draft: { trigger } }: Flow, catalog: WorkspaceCatalog, logins: readonly KnownConnection[]): string | null {
  const app = catalog.app(trigger.app);
  const webhook = app?.triggers.find(({ id }) => id === trigger.operation);
  const verify = app && webhook ? webhookRules(app, webhook).verify : undefined;
  const words = proofInWords(verify);
  const place = secretPlaceOf(verify);
  if (!app || words === null || place === null || trigger.input?.["signature"] !== undefined) return null;
  const checked = !("login" in place)
    ? "They are checked with the secret that was agreed on when the app was told the address."
    : trigger.connection === undefined
      ? "Name the connection whose login holds the secret: until then, they are refused."
      : `They are checked with the secret of the connection '${logins.find(({ name }) => name === trigger.connection)?.title ?? trigger.connection}'.`;
  return `${app.title} ${words}. ${checked}`;
}
