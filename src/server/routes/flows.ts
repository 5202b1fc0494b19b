import type { FastifyInstance } from "fastify";
import type { Engine } from "#engine/api.ts";
import type { Titles } from "#engine/flow/sentence.ts";
import type { Flow, FlowDefinition } from "#engine/types/flows.ts";
import type { LintRecord } from "#engine/types/lint.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { capital } from "#kernel/words.ts";
import type { FlowDetail, FlowView, LintView } from "#api/schemas.ts";
import type { FlowRepair } from "../lint/flow-repair.ts";
import type { InboxService } from "../inboxes/inbox-service.ts";
import type { LintService } from "../lint/lint-service.ts";
import { flowNotices } from "../lint/notices.ts";
import { serve, type Handlers } from "../http/serve.ts";
import { toDryRunReply, toFindingView, toFlowView } from "../runs/views.ts";

export interface FlowRouteParts {
  engine: Engine;
  catalog: Catalog;
  titlesOf: (workspaceId: string) => Titles;
  clock: Clock;
  publicUrl: () => string;
  inboxService: Pick<InboxService, "addresses" | "subscription">;
  lint: Pick<LintService, "soon" | "counts" | "offers" | "faults" | "check" | "current">;
  repair: FlowRepair;
}

const dayMs = 86_400_000;
const mostSamples = 10;

/** Flows: drafts, publishing, trying, starting by hand. */
export function serveFlows(app: FastifyInstance, parts: FlowRouteParts): void {
  const {
    engine: { flows },
    lint,
  } = parts;
  const views = flowViews(parts);
  serve(app, "flows", {
    ...tryingHandlers(parts),
    list: async ({ principal: { workspaceId } }) => ({ flows: await views.all(workspaceId) }),
    create: async ({ principal: { workspaceId, by }, body }) => views.detail(await flows.create(workspaceId, body, by)),
    get: async ({ principal: { workspaceId }, params }) => views.detail(await flows.get(workspaceId, params.id)),
    save: async ({ principal: { workspaceId, by }, params, body }) => views.detail(await flows.save(workspaceId, params.id, body, by)),
    remove: ({ principal: { workspaceId, by }, params }) => flows.delete(workspaceId, params.id, by),
    publish: async ({ principal: { workspaceId, by }, params, body }) => {
      const { startFrom, force = false } = body ?? {};
      if (!force) await stopAtFaults(parts, await flows.get(workspaceId, params.id));
      const flow = await flows.publish(workspaceId, params.id, startFrom, by);
      lint.soon(flow);
      return views.detail(flow);
    },
    resume: async ({ principal: { workspaceId, by }, params, body }) => {
      const flow = await flows.resume(workspaceId, params.id, body?.startFrom, by);
      lint.soon(flow);
      return views.detail(flow);
    },
    pause: async ({ principal: { workspaceId, by }, params }) => views.detail(await flows.pause(workspaceId, params.id, undefined, by)),
    repair: async ({ principal: { workspaceId, by }, params, body }) => {
      const { flow, ...repaired } = await parts.repair.repair(workspaceId, params.id, body, by);
      return { ...repaired, flow: await views.detail(flow) };
    },
    rotateHook: async ({ principal: { workspaceId, by }, params }) => {
      await flows.rotateHook(workspaceId, params.id, by);
      return views.detail(await flows.get(workspaceId, params.id));
    },
    lint: async ({ principal: { workspaceId }, params }) => toLintView(await lint.current(await flows.get(workspaceId, params.id))),
    lintNow: async ({ principal: { workspaceId }, params }) => toLintView(await lint.check(await flows.get(workspaceId, params.id))),
  });
}

const toLintView = ({ checkedAt, findings }: LintRecord): LintView => ({ checkedAt, findings: findings.map(toFindingView) });

/** Refuses to publish what cannot run, with all that stands against it. A warning stops nobody. */
async function stopAtFaults({ lint }: FlowRouteParts, flow: Flow): Promise<void> {
  const findings = await lint.faults(flow);
  const [first, ...others] = findings;
  if (!first) return;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  const problem = `${capital(first.where ?? first.at)}: ${first.problem}${more}`;
  throw new MillraceError("FLOW_WOULD_FAIL", {
    details: { flow: flow.name, flowId: flow.id, problem, findings: findings.map(toFindingView) },
  });
}

/** Dry runs, samples, starting by hand, and what the poll beside a webhook found. */
function tryingHandlers({ engine, catalog, titlesOf }: FlowRouteParts): Pick<Handlers<"flows">, "dryRun" | "run" | "samples" | "ledger"> {
  const { flows } = engine;
  const newestSample = async (workspaceId: string, flow: Flow) => {
    const [sample] = await engine.samples(workspaceId, flow.id, 1);
    if (sample) return sample;
    if (needsNoEvent(flow)) return null;
    throw new MillraceError("BAD_INPUT", {
      details: { field: "payload", problem: "this flow has no sample yet; give an event to try with, or send one to its trigger" },
    });
  };
  /** A flow that starts by hand or by the clock needs no event; one that starts from an event would run on nothing. */
  const emptyEvent = (flow: Flow) => {
    if (needsNoEvent(flow) || flow.version === null) return {};
    const problem = "this flow starts from an event; give one, for example the newest of its samples";
    throw new MillraceError("BAD_INPUT", { details: { field: "payload", problem } });
  };
  const needsNoEvent = ({ workspaceId, draft: { trigger } }: Flow) =>
    ["manual", "schedule"].includes(titlesOf(workspaceId).trigger(trigger.app, trigger.operation)?.kind ?? "");
  return {
    dryRun: async ({ principal: { workspaceId }, params, body }) => {
      const flow = await flows.get(workspaceId, params.id);
      const trigger = await flows.trigger(flow);
      const definition = (body.definition as FlowDefinition | undefined) ?? flow.draft;
      const sample = body.payload === undefined ? await newestSample(workspaceId, flow) : null;
      const payload = body.payload ?? sample?.payload ?? {};
      const result = await engine.dryRun(workspaceId, { definition, triggerId: trigger.id }, payload);
      const titles = titlesOf(workspaceId);
      const notices = flowNotices(definition, catalog.of(workspaceId), titles);
      return { ...toDryRunReply(result, definition, titles, notices), sample };
    },
    run: async ({ principal: { workspaceId }, params, body }) => {
      const payload = body?.payload ?? emptyEvent(await flows.get(workspaceId, params.id));
      const accepted = await flows.runNow(workspaceId, params.id, payload);
      return { run: accepted.runIds[0] ?? null, event: accepted.eventId };
    },
    samples: async ({ principal: { workspaceId }, params }) => ({ samples: await engine.samples(workspaceId, params.id, mostSamples) }),
    ledger: async ({ principal: { workspaceId }, params }) => {
      const { lastError, recent, observations, ...ledger } = await engine.ledger(workspaceId, params.id);
      return {
        ...ledger,
        lastError: lastError && { ...lastError, details: { ...lastError.details } },
        observations:
          observations &&
          observations.map(({ lastRecord, lastNote, ...observation }) => ({ ...observation, record: lastRecord, note: lastNote })),
        recent: recent.map(({ item, at, foundAt, runId }) => ({ record: item, at, foundAt, run: runId })),
      };
    },
  };
}

/** The last check of a flow, in numbers and with what a click would mend. */
const lintOf = (lint: FlowRouteParts["lint"], flow: Flow): FlowView["lint"] => {
  const counts = lint.counts(flow);
  return counts && { ...counts, offers: lint.offers(flow).map(toFindingView) };
};

function flowViews({ engine, catalog, titlesOf, clock, publicUrl, inboxService, lint }: FlowRouteParts) {
  /** However many flows there are, each kind of row is asked for once. */
  const all = async (workspaceId: string): Promise<FlowView[]> => {
    const [flows, triggers, published, totals] = await Promise.all([
      engine.flows.list(workspaceId),
      engine.flows.triggers(workspaceId),
      engine.flows.published(workspaceId),
      engine.flowTotals(workspaceId, clock.now() - dayMs),
    ]);
    return flows.flatMap((flow) => {
      const trigger = triggers.get(flow.id);
      const total = totals.get(flow.id);
      if (!trigger || !total) return []; // deleted meanwhile, or made since
      const inboxes = inboxService.addresses(flow);
      const parts = { flow, trigger, published: published.get(flow.id) ?? null, ...total, inboxes, lint: lintOf(lint, flow) };
      return [toFlowView(parts, titlesOf(workspaceId), publicUrl())];
    });
  };
  const view = async (flow: Flow): Promise<FlowView> => {
    const [trigger, published, counts, newest] = await Promise.all([
      engine.flows.trigger(flow),
      flow.version === null ? null : engine.flows.version(flow.workspaceId, flow.id, flow.version),
      engine.counts(flow.workspaceId, { flowId: flow.id, from: clock.now() - dayMs }),
      engine.runs(flow.workspaceId, { flowId: flow.id }, { limit: 1 }),
    ]);
    const inboxes = inboxService.addresses(flow);
    const lastRunAt = newest[0]?.createdAt ?? null;
    const parts = { flow, trigger, published, counts, lastRunAt, inboxes, lint: lintOf(lint, flow) };
    return toFlowView(parts, titlesOf(flow.workspaceId), publicUrl());
  };
  const detail = async (flow: Flow): Promise<FlowDetail> => {
    const [shown, versions, subscription] = await Promise.all([view(flow), engine.flows.versions(flow), inboxService.subscription(flow)]);
    const titles = titlesOf(flow.workspaceId);
    const { sooner = [], watch } = titles.trigger(flow.draft.trigger.app, flow.draft.trigger.operation) ?? {};
    return {
      ...shown,
      trigger: { ...shown.trigger, subscription, sooner: [...sooner], watches: watch !== undefined },
      definition: { ...flow.draft },
      notices: flowNotices(flow.draft, catalog.of(flow.workspaceId), titles),
      versions,
    };
  };
  return { all, detail };
}
