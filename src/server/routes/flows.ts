import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Engine } from "#engine/api.ts";
import type { Titles } from "#engine/sentence.ts";
import type { Flow, FlowDefinition } from "#engine/types.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { capital } from "#kernel/words.ts";
import {
  done,
  dryRunBody,
  dryRunReply,
  flowBody,
  flowDetail,
  flowList,
  publishBody,
  repairBody,
  repairReply,
  runNowBody,
  runNowReply,
  sampleList,
  startBody,
  type FlowDetail,
  type FlowView,
} from "../contract.ts";
import type { FlowRepair } from "../flow-repair.ts";
import type { InboxDesk } from "../inbox-desk.ts";
import type { LintDesk } from "../lint-desk.ts";
import { flowNotices } from "../notices.ts";
import { toDryRunReply, toFindingView, toFlowView } from "../views.ts";

export interface FlowRouteParts {
  engine: Engine;
  titles: Titles;
  workspaceId: string;
  clock: Clock;
  publicUrl: () => string;
  inboxDesk: Pick<InboxDesk, "addresses" | "subscription">;
  lint: Pick<LintDesk, "soon" | "counts" | "offers" | "faults">;
  repair: FlowRepair;
}

const params = z.object({ id: z.string().max(64) });
const anything = z.unknown().optional();
const dayMs = 86_400_000;
const tags = ["Flows"];

/** Flows: drafts, publishing, trying, starting by hand. */
export const flowRoutes =
  (parts: FlowRouteParts): FastifyPluginAsyncZod =>
  async (app) => {
    const {
      engine: { flows },
      workspaceId,
    } = parts;
    const views = flowViews(parts);
    const detail = { response: { 200: flowDetail } };

    app.get("/flows", {
      schema: { tags, summary: "All flows", response: { 200: flowList } },
      handler: async () => ({ flows: await views.all() }),
    });
    app.post("/flows", {
      schema: { tags, summary: "Make a flow, as a draft", body: flowBody, response: { 201: flowDetail } },
      handler: async ({ body }, reply) => reply.code(201).send(await views.detail(await flows.create(workspaceId, body))),
    });
    app.get("/flows/:id", {
      schema: { tags, summary: "A flow with its definition", params, ...detail },
      handler: async (request) => views.detail(await flows.get(workspaceId, request.params.id)),
    });
    app.put("/flows/:id", {
      schema: { tags, summary: "Change the draft", params, body: flowBody, ...detail },
      handler: async (request) => views.detail(await flows.save(workspaceId, request.params.id, request.body)),
    });
    app.delete("/flows/:id", {
      schema: { tags, summary: "Delete a flow; its runs stay", params, body: anything, response: { 200: done } },
      handler: async (request) => {
        await flows.delete(workspaceId, request.params.id);
        return { ok: true as const };
      },
    });
    app.post("/flows/:id/publish", {
      schema: {
        tags,
        summary: "Publish the draft and turn the flow on; stops at what would make its runs fail",
        params,
        body: publishBody,
        ...detail,
      },
      handler: async (request) => {
        const { startFrom, force = false } = request.body ?? {};
        if (!force) await stopAtFaults(parts, await flows.get(workspaceId, request.params.id));
        const flow = await flows.publish(workspaceId, request.params.id, startFrom);
        parts.lint.soon(flow);
        return views.detail(flow);
      },
    });
    app.post("/flows/:id/resume", {
      schema: { tags, summary: "Turn the flow on again", params, body: startBody, ...detail },
      handler: async (request) => {
        const flow = await flows.resume(workspaceId, request.params.id, request.body?.startFrom);
        parts.lint.soon(flow);
        return views.detail(flow);
      },
    });
    app.post("/flows/:id/repair", {
      schema: {
        tags,
        summary: "Write another name in place of one that is gone: dry run, draft, publish, replay",
        params,
        body: repairBody,
        response: { 200: repairReply },
      },
      handler: async (request) => {
        const { flow, ...done } = await parts.repair.repair(request.params.id, request.body);
        return { ...done, flow: await views.detail(flow) };
      },
    });
    app.post("/flows/:id/pause", {
      schema: { tags, summary: "Turn the flow off", params, body: anything, ...detail },
      handler: async (request) => views.detail(await flows.pause(workspaceId, request.params.id)),
    });
    app.post("/flows/:id/rotate-hook", {
      schema: { tags, summary: "Give the hook a new address; the old one stops working", params, body: anything, ...detail },
      handler: async (request) => {
        await flows.rotateHook(workspaceId, request.params.id);
        return views.detail(await flows.get(workspaceId, request.params.id));
      },
    });
    await app.register(tryingRoutes(parts));
  };

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

/** Dry runs, samples, starting by hand. */
const tryingRoutes =
  ({ engine, titles, workspaceId }: FlowRouteParts): FastifyPluginAsyncZod =>
  async (app) => {
    const { flows } = engine;
    const newestSample = async (flow: Flow) => {
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
    const needsNoEvent = ({ draft: { trigger } }: Flow) =>
      ["manual", "schedule"].includes(titles.trigger(trigger.app, trigger.operation)?.kind ?? "");
    app.post("/flows/:id/dry-run", {
      schema: {
        tags,
        summary: "Everything but the writes, and what they would change",
        params,
        body: dryRunBody,
        response: { 200: dryRunReply },
      },
      handler: async (request) => {
        const flow = await flows.get(workspaceId, request.params.id);
        const trigger = await flows.trigger(flow);
        const definition = (request.body.definition as FlowDefinition | undefined) ?? flow.draft;
        const sample = request.body.payload === undefined ? await newestSample(flow) : null;
        const payload = request.body.payload ?? sample?.payload ?? {};
        const result = await engine.dryRun(workspaceId, { definition, triggerId: trigger.id }, payload);
        return { ...toDryRunReply(result, definition, titles, flowNotices(definition)), sample };
      },
    });
    app.post("/flows/:id/run", {
      schema: { tags, summary: "Start the flow by hand", params, body: runNowBody, response: { 202: runNowReply } },
      handler: async (request, reply) => {
        const payload = request.body?.payload ?? emptyEvent(await flows.get(workspaceId, request.params.id));
        const accepted = await flows.runNow(workspaceId, request.params.id, payload);
        return reply.code(202).send({ run: accepted.runIds[0] ?? null, event: accepted.eventId });
      },
    });
    app.get("/flows/:id/samples", {
      schema: { tags, summary: "The newest events of the flow's trigger", params, response: { 200: sampleList } },
      handler: async (request) => {
        return { samples: await engine.samples(workspaceId, request.params.id, 10) };
      },
    });
  };

/** The last check of a flow, in numbers and with what a click would mend. */
const lintOf = (lint: FlowRouteParts["lint"], flowId: string): FlowView["lint"] => {
  const counts = lint.counts(flowId);
  return counts && { ...counts, offers: lint.offers(flowId).map(toFindingView) };
};

function flowViews({ engine, titles, workspaceId, clock, publicUrl, inboxDesk, lint }: FlowRouteParts) {
  /** However many flows there are, each kind of row is asked for once. */
  const all = async (): Promise<FlowView[]> => {
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
      const inboxes = inboxDesk.addresses(flow.draft.trigger, flow.id);
      const parts = { flow, trigger, published: published.get(flow.id) ?? null, ...total, inboxes, lint: lintOf(lint, flow.id) };
      return [toFlowView(parts, titles, publicUrl())];
    });
  };
  const view = async (flow: Flow): Promise<FlowView> => {
    const [trigger, published, counts, newest] = await Promise.all([
      engine.flows.trigger(flow),
      flow.version === null ? null : engine.flows.version(flow.id, flow.version),
      engine.counts(workspaceId, { flowId: flow.id, from: clock.now() - dayMs }),
      engine.runs(workspaceId, { flowId: flow.id }, { limit: 1 }),
    ]);
    const inboxes = inboxDesk.addresses(flow.draft.trigger, flow.id);
    const lastRunAt = newest[0]?.createdAt ?? null;
    return toFlowView({ flow, trigger, published, counts, lastRunAt, inboxes, lint: lintOf(lint, flow.id) }, titles, publicUrl());
  };
  const detail = async (flow: Flow): Promise<FlowDetail> => {
    const [shown, versions, subscription] = await Promise.all([
      view(flow),
      engine.flows.versions(flow),
      inboxDesk.subscription(flow.draft.trigger, flow.id),
    ]);
    return {
      ...shown,
      trigger: {
        ...shown.trigger,
        subscription,
        sooner: [...(titles.trigger(flow.draft.trigger.app, flow.draft.trigger.operation)?.sooner ?? [])],
      },
      definition: { ...flow.draft },
      notices: flowNotices(flow.draft),
      versions,
    };
  };
  return { all, detail };
}
