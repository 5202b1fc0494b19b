import type { App, WebhookTrigger } from "#catalog/types.ts";
import type { SubscribeRule } from "#catalog/webhook-rules.ts";
import { subscribeInput, webhookRules } from "#catalog/webhooks.ts";
import type { FlowService } from "#engine/api.ts";
import type { Flow, FlowDefinition } from "#engine/types/flows.ts";
import type { Trigger } from "#engine/types/triggers.ts";
import { contentHash } from "#kernel/digest.ts";
import type { HookSubscription } from "#storage/hook-subscription-store.ts";
import type { Connection } from "#vault/types.ts";

/** What an app is to be told of a flow. */
export type WantedSubscription = Pick<
  HookSubscription,
  "workspaceId" | "triggerId" | "flowId" | "app" | "operation" | "connectionId" | "address" | "fingerprint"
>;

interface Parts {
  flows: Pick<FlowService, "list" | "triggers" | "published">;
  app(workspaceId: string, id: string): App | undefined;
  connection(workspaceId: string, name: string): Promise<Connection | null>;
  publicUrl(): string;
}

/** How an app is told addresses for one of its triggers; undefined where it is not. */
export function subscribeRuleOf(app: App | undefined, operation: string): { rule: SubscribeRule; trigger: WebhookTrigger } | undefined {
  const trigger = app?.triggers.find(({ id }) => id === operation);
  const rule = app && trigger ? webhookRules(app, trigger).subscribe : undefined;
  return rule && trigger && { rule, trigger };
}

/** Whether an app of the workspace can be told addresses at all. */
export const canSubscribe = ({ webhooks, triggers }: App): boolean =>
  webhooks?.subscribe !== undefined || triggers.some((trigger) => trigger.webhooks?.subscribe !== undefined);

/** What apps are to be told of the flows of a workspace, by flow: those that are on, and whose connection is there. */
export async function wantedSubscriptions(workspaceId: string, parts: Parts): Promise<Map<string, WantedSubscription>> {
  const { flows } = parts;
  const [all, triggers, published] = await Promise.all([
    flows.list(workspaceId),
    flows.triggers(workspaceId),
    flows.published(workspaceId),
  ]);
  const wanted = new Map<string, WantedSubscription>();
  for (const flow of all) {
    const [trigger, definition] = [triggers.get(flow.id), published.get(flow.id)];
    const one = flow.status === "on" && trigger && definition ? await wantedOf(flow, trigger, definition, parts) : null;
    if (one) wanted.set(flow.id, one);
  }
  return wanted;
}

async function wantedOf(
  { workspaceId, id: flowId }: Flow,
  { id: triggerId, token }: Trigger,
  { trigger: { app, operation, connection: name } }: FlowDefinition,
  { app: appOf, connection: find, publicUrl }: Parts,
): Promise<WantedSubscription | null> {
  const found = subscribeRuleOf(appOf(workspaceId, app), operation);
  if (!found || token === null || name === undefined) return null;
  const connection = await find(workspaceId, name);
  if (!connection || connection.app !== app) return null;
  const { rule, trigger } = found;
  const address = `${publicUrl()}/hooks/${token}`;
  const fingerprint = contentHash([app, operation, address, connection.id, rule.operation, rule.address, subscribeInput(rule, trigger)]);
  return { workspaceId, triggerId, flowId, app, operation, connectionId: connection.id, address, fingerprint };
}
