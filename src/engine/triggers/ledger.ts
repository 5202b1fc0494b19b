import type { Ledger } from "../api.ts";
import { checkReconcile } from "../flow/reconcile.ts";
import type { FlowKnowledge } from "../flow/knowledge.ts";
import type { FlowProblem } from "../flow/read-shape.ts";
import type { TriggerBinding } from "../types/bindings.ts";
import type { TriggerDefinition } from "../types/triggers.ts";
import type { TriggerStore } from "../ports/trigger-store.ts";
import { pollStateOf, watchedFrom } from "./poll-state.ts";

const recentMost = 20;
/** What is checked where a flow does not ask for it yet: it could. */
const usual = "15m";

/** The ledger of a flow's trigger, with why there is none where there is none. */
export async function ledgerOf(
  store: Pick<TriggerStore, "ledger" | "observations">,
  knowledge: FlowKnowledge,
  { flow, trigger, definition }: TriggerBinding,
): Promise<Ledger> {
  const watches = knowledge.trigger(definition.trigger.app, definition.trigger.operation)?.watch !== undefined;
  const reconciled = trigger.kind === "webhook" && definition.trigger.reconcile !== undefined;
  const { fingerprint, epoch } = pollStateOf(trigger.state);
  return {
    everyMs: reconciled || watches ? trigger.everyMs : null,
    problem: watches ? null : problemOf(definition.trigger, knowledge),
    lastAt: trigger.lastAt,
    lastError: trigger.lastError,
    since: fingerprint === null ? flow.createdAt : watchedFrom(epoch),
    ...(await store.ledger(trigger.id, recentMost)),
    observations: watches ? await store.observations(trigger.id) : null,
  };
}

function problemOf(trigger: TriggerDefinition, knowledge: FlowKnowledge): string | null {
  const info = knowledge.trigger(trigger.app, trigger.operation);
  if (!info) return null;
  if (info.kind !== "webhook") return `This is a ${info.kind} trigger: only what a webhook tells can go missing.`;
  const problems: FlowProblem[] = [];
  checkReconcile({ ...trigger, reconcile: trigger.reconcile ?? usual }, info, knowledge, problems);
  return problems.length ? problems.map(({ at, problem }) => `${at}: ${problem}`).join("\n") : null;
}
