import type { FastifyInstance } from "fastify";
import type { SampleOptions } from "#engine/api.ts";
import { notReady } from "#engine/flow/flow.ts";
import type { Flow } from "#engine/types/flows.ts";
import type { LintRecord } from "#engine/types/lint.ts";
import { defined } from "#kernel/defined.ts";
import { MillraceError } from "#kernel/errors.ts";
import { capital } from "#kernel/words.ts";
import type { LintView } from "#api/schemas.ts";
import { createFlowViews, type FlowViewParts } from "../flows/flow-views.ts";
import type { FlowRepair } from "../lint/flow-repair.ts";
import type { LintService } from "../lint/lint-service.ts";
import { flowNotices } from "../lint/notices.ts";
import { serve, type Handlers } from "../http/serve.ts";
import { noteRuns } from "../runs/run-audit.ts";
import { saidError, toDryRunReply, toFindingView } from "../runs/views.ts";
import { managingHandlers, type ManagingParts } from "./flow-managing.ts";
import { trialHandlers, type TrialRouteParts } from "./flow-trials.ts";
import type { ActorNames, ChangeRouteParts } from "./changes.ts";
import { versionHandlers } from "./flow-versions.ts";

export interface FlowRouteParts extends FlowViewParts, ManagingParts, TrialRouteParts {
  lint: Pick<LintService, "soon" | "counts" | "troubles" | "faults" | "check" | "current">;
  repair: Pick<FlowRepair, "repair">;
  actorNames: ActorNames;
  changes: ChangeRouteParts["changes"];
}

/** Flows: drafts, publishing, trying, starting by hand. */
export function serveFlows(app: FastifyInstance, parts: FlowRouteParts): void {
  const {
    engine: { flows },
    lint,
  } = parts;
  const views = createFlowViews(parts);
  serve(app, "flows", {
    ...tryingHandlers(parts),
    ...trialHandlers(parts),
    ...versionHandlers(parts, views),
    ...managingHandlers(parts, views),
    create: async ({ principal: { workspaceId, by }, body }) => views.detail(await flows.create(workspaceId, body, by)),
    get: async ({ principal: { workspaceId }, params }) => views.detail(await flows.get(workspaceId, params.id)),
    save: async ({ principal: { workspaceId, by }, params, query, body }) =>
      views.detail(await flows.save(workspaceId, params.id, body, defined({ by, revision: query.revision }))),
    remove: ({ principal: { workspaceId, by }, params }) => flows.delete(workspaceId, params.id, by),
    publish: async ({ principal: { workspaceId, by }, params, body }) => {
      const { startFrom, note, revision, force = false } = body ?? {};
      const draft = await flows.get(workspaceId, params.id);
      stopAtProblems(parts, draft);
      if (!force) await stopAtFaults(parts, draft);
      const flow = await flows.publish(workspaceId, params.id, defined({ startFrom, note, by, revision: revision ?? draft.revision }));
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
    subscribe: async ({ principal: { workspaceId }, params }) => {
      const flow = await flows.get(workspaceId, params.id);
      await parts.hookSubscriptions.retry(workspaceId, flow.id);
      return views.detail(flow);
    },
    lint: async ({ principal: { workspaceId }, params }) => toLintView(await lint.current(await flows.get(workspaceId, params.id))),
    lintNow: async ({ principal: { workspaceId }, params }) => toLintView(await lint.check(await flows.get(workspaceId, params.id))),
  });
}

const toLintView = ({ checkedAt, findings }: LintRecord): LintView => ({ checkedAt, findings: findings.map(toFindingView) });

/** Refuses what is not complete before anybody is asked about it. */
function stopAtProblems({ engine: { flows } }: FlowRouteParts, flow: Flow): void {
  const problems = flows.problems(flow.workspaceId, flow.draft);
  if (problems.length > 0) throw notReady(flow, problems);
}

/** Refuses to publish what cannot run, with all that stands against it. What a person wrote as left to do stops it as well; another warning stops nobody. */
async function stopAtFaults({ lint }: FlowRouteParts, flow: Flow): Promise<void> {
  const findings = await lint.faults(flow);
  const [first, ...others] = findings;
  if (!first) return;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  const problem = `${capital(first.where ?? first.at)}: ${first.problem}${more}`;
  throw new MillraceError("FLOW_WOULD_FAIL", {
    details: { flow: flow.name, flowId: flow.id, because: whyNot(findings), problem, findings: findings.map(toFindingView) },
  });
}

const whyNot = (findings: readonly { level: string }[]): string =>
  findings.some(({ level }) => level === "error") ? "its runs would fail" : "something in it is left to do";

/** Dry runs, starting by hand, and what the poll beside a webhook found. */
function tryingHandlers(parts: FlowRouteParts): Pick<Handlers<"flows">, "dryRun" | "run" | "ledger"> {
  const { engine, catalog, titlesOf } = parts;
  const { flows } = engine;
  const newestSample = async (workspaceId: string, flow: Flow, options: SampleOptions) => {
    const [sample] = await engine.samples(workspaceId, flow.id, 1, options);
    if (sample) return sample;
    if (needsNoEvent(flow)) return null;
    throw new MillraceError("BAD_INPUT", {
      details: { field: "payload", problem: "this flow has no sample yet; give an event to try with, or send one to its trigger" },
    });
  };
  /** A flow that starts by hand or by the clock starts as of this moment; one that starts from an event would run on nothing. */
  const ownEvent = async (flow: Flow) => {
    if (needsNoEvent(flow)) return (await engine.samples(flow.workspaceId, flow.id, 1))[0]?.payload;
    if (flow.version === null) return {};
    const problem = "this flow starts from an event; give one, for example the newest of its samples";
    throw new MillraceError("BAD_INPUT", { details: { field: "payload", problem } });
  };
  const needsNoEvent = ({ workspaceId, draft: { trigger } }: Flow) =>
    ["manual", "schedule"].includes(titlesOf(workspaceId).trigger(trigger.app, trigger.operation)?.kind ?? "");
  return {
    dryRun: async ({ principal: { workspaceId, by }, params, body }) => {
      const flow = await flows.get(workspaceId, params.id);
      const trigger = await flows.trigger(flow);
      const definition = body.definition ?? flow.draft;
      const eventPayload = body.event === undefined ? body.payload : await engine.payloadOf(workspaceId, body.event);
      const sample = eventPayload === undefined ? await newestSample(workspaceId, flow, { definition: body.definition, by }) : null;
      const payload = eventPayload ?? sample?.payload ?? {};
      const madeUp = body.madeUp || sample?.from === "example" || sample?.from === "schema";
      const cause = { purpose: "dry_run", flowId: flow.id, by } as const;
      const tried = { definition, triggerId: trigger.id, madeUp, cause, ...(body.remember && { remember: flow.id }) };
      const result = await engine.dryRun(workspaceId, tried, payload);
      const titles = titlesOf(workspaceId);
      const notices = flowNotices(result.definition, catalog.of(workspaceId), titles);
      return { ...toDryRunReply(result, titles, notices), sample };
    },
    run: async ({ principal: { workspaceId, by }, params, body }) => {
      const flow = await flows.get(workspaceId, params.id);
      if (flow.version === null) stopAtProblems(parts, flow);
      const payload = body?.payload ?? (await ownEvent(flow));
      const accepted = await flows.runNow(workspaceId, params.id, payload, by);
      await noteRuns(parts, workspaceId, "started by hand", accepted.runIds, { by });
      return { run: accepted.runIds[0] ?? null, event: accepted.eventId };
    },
    ledger: async ({ principal: { workspaceId }, params }) => {
      const { lastError, recent, observations, ...ledger } = await engine.ledger(workspaceId, params.id);
      return {
        ...ledger,
        lastError: saidError(lastError),
        observations:
          observations &&
          observations.map(({ lastRecord, lastNote, ...observation }) => ({ ...observation, record: lastRecord, note: lastNote })),
        recent: recent.map(({ item, at, foundAt, runId }) => ({ record: item, at, foundAt, run: runId })),
      };
    },
  };
}
