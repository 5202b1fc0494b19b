import { cutText } from "#kernel/characters.ts";
import type { FastifyInstance } from "fastify";
import type { z } from "zod";
import type { Engine, ReplayRequest } from "#engine/api.ts";
import { personSearch } from "#engine/people/search.ts";
import type { Titles } from "#engine/flow/sentence.ts";
import type { FlowDefinition } from "#engine/types/flows.ts";
import type { Run, RunFilter } from "#engine/types/runs.ts";
import { badInput, type StoredError } from "#kernel/errors.ts";
import type { Connection } from "#vault/types.ts";
import type { Vault } from "#vault/vault.ts";
import { runState, type replayBody, type runQuery, type RunDetail } from "#api/schemas.ts";
import { defined } from "#kernel/defined.ts";
import type { ConnectionUse } from "../connections/connection-use.ts";
import { readKnownConnections } from "../connections/known-connections.ts";
import { subAccountsOf } from "../connections/sub-accounts-of.ts";
import type { Blocked, LaterReplays, Waiting } from "../runs/later-replays.ts";
import { serve } from "../http/serve.ts";
import { type ActorNames, type ChangeRouteParts, whoIs } from "./changes.ts";
import { changedFields, noteRuns } from "../runs/run-audit.ts";
import { type FlowOfRun, startOf, toRunDetail, toRunView, toStepViews } from "../runs/views.ts";

export interface RunRouteParts {
  engine: Engine;
  /** Runs made as replays of one, oldest first. */
  replaysOf: (workspaceId: string, runId: string) => Promise<Run[]>;
  /** For each of these runs that a replay did to its end: that replay. */
  doneBy: (workspaceId: string, runIds: readonly string[]) => Promise<Map<string, string>>;
  laterReplays: LaterReplays;
  titlesOf: (workspaceId: string) => Titles;
  actorNames: ActorNames;
  connectionUse: ConnectionUse;
  connections: Pick<Vault, "list" | "removed">;
  changes: ChangeRouteParts["changes"];
}

/** What a page shows of a run at first: a loop over ten thousand records makes as many steps. */
const mostStepBytes = 200_000;
const firstPage = { limit: 200, mostBytes: mostStepBytes };
type Query = Omit<z.infer<typeof runQuery>, "before" | "limit">;

/** Runs: finding them, reading them, doing them again. */
export function serveRuns(app: FastifyInstance, parts: RunRouteParts): void {
  const { engine, laterReplays, titlesOf } = parts;
  const toFilter = filterOf(parts);
  const { list, detail } = runViews(parts, toFilter);
  const toRequest = async (workspaceId: string, { ids, filter, from, version }: z.infer<typeof replayBody>): Promise<ReplayRequest> => {
    if ((ids === undefined) === (filter === undefined)) throw badInput("ids", "give either ids or a filter");
    return { from, version, ...(ids && { ids }), ...(filter && { filter: await toFilter(workspaceId, filter) }) };
  };
  serve(app, "runs", {
    list: ({ principal: { workspaceId }, query }) => list(workspaceId, query),
    get: ({ principal: { workspaceId }, params }) => detail(workspaceId, params.id),
    steps: async ({ principal: { workspaceId }, params: { id }, query: { after, limit } }) => {
      const { run, steps, next } = await engine.runPage(workspaceId, id, { after, limit, mostBytes: mostStepBytes });
      return { steps: toStepViews(steps, await definitionOf(engine, run), titlesOf(workspaceId)), next };
    },
    replay: async ({ principal: { workspaceId, by }, body }) => {
      const request = { ...(await toRequest(workspaceId, body)), starter: by };
      const result =
        body.when === "connected"
          ? await laterReplays.replayWhenConnected(workspaceId, request)
          : { ...(await engine.replay(workspaceId, request)), waiting: [] };
      const made = result.replayed.map(({ as }) => as);
      await noteRuns(parts, workspaceId, "replayed", made, { by });
      return { replayed: result.replayed, refused: result.refused.map(refusedView), waiting: result.waiting.map(blockedView) };
    },
    replayEdited: async ({ principal: { workspaceId, by }, params: { id }, body }) => {
      const { event } = await engine.run(workspaceId, id);
      const made = await engine.replayEdited(workspaceId, id, { ...body, starter: by });
      const fields = changedFields(event.payload, body.payload);
      await noteRuns(parts, workspaceId, "replayed with changed data", [made], { by, fields });
      return detail(workspaceId, made);
    },
    replayCheck: async ({ principal: { workspaceId }, body }) => {
      const { runs, blocked } = await laterReplays.check(workspaceId, await toRequest(workspaceId, body));
      return { runs, blocked: blocked.map(blockedView) };
    },
    waitingReplays: async ({ principal: { workspaceId } }) => ({ waiting: (await laterReplays.waiting(workspaceId)).map(waitingView) }),
    cancelWaitingReplay: ({ principal: { workspaceId }, params }) => laterReplays.cancel(workspaceId, params.id),
    cancelMany: async ({ principal: { workspaceId, by }, body: { ids, filter } }) => {
      if ((ids === undefined) === (filter === undefined)) throw badInput("ids", "give either ids or a filter");
      const { cancelled, refused } = await engine.cancelMany(workspaceId, {
        ...(ids && { ids }),
        ...(filter && { filter: await toFilter(workspaceId, filter) }),
      });
      await noteRuns(parts, workspaceId, "cancelled", cancelled, { by });
      return { cancelled, refused: refused.map(refusedView) };
    },
    cancel: async ({ principal: { workspaceId, by }, params: { id } }) => {
      await engine.cancel(workspaceId, id);
      await noteRuns(parts, workspaceId, "cancelled", [id], { by });
      return detail(workspaceId, id);
    },
    dismiss: async ({ principal: { workspaceId, by }, params: { id }, query }) => {
      await engine.dismiss(workspaceId, id, query);
      await noteRuns(parts, workspaceId, query.undo ? "put back" : "dismissed", [id], { by });
      return detail(workspaceId, id);
    },
  });
}

type ToFilter = ReturnType<typeof filterOf>;

function runViews({ engine, replaysOf, doneBy, titlesOf, connectionUse, connections, actorNames }: RunRouteParts, toFilter: ToFilter) {
  /** What is said of the flows of runs, by flow and version. */
  const flowsOfRuns = async (workspaceId: string, runs: readonly Run[]) => {
    const titles = titlesOf(workspaceId);
    const [flows, logins, starters, done] = await Promise.all([
      engine.flows.list(workspaceId),
      readKnownConnections(connections, workspaceId),
      whoIs(
        actorNames,
        workspaceId,
        runs.map(({ starter }) => starter ?? null),
      ),
      doneBy(
        workspaceId,
        runs.flatMap(({ id, state }) => (state === "failed" || state === "held" ? id : [])),
      ),
    ]);
    const byId = new Map(flows.map(({ id, name, draft }) => [id, { name, startedBy: startOf(draft.trigger, titles) }]));
    const keyOf = ({ flowId, version }: Run) => `${flowId}@${version}`;
    const read = [...new Map(runs.map((run) => [keyOf(run), run])).values()].map(async (run): Promise<[string, FlowOfRun]> => {
      const subAccounts = subAccountsOf(await connectionUse.namesIn(workspaceId, run.flowId, run.version), logins);
      return [
        keyOf(run),
        { ...(byId.get(run.flowId) ?? { name: "Deleted flow", startedBy: "event" }), subAccounts, starters, doneBy: done },
      ];
    });
    const shown = new Map(await Promise.all(read));
    return (run: Run): FlowOfRun => shown.get(keyOf(run))!;
  };
  const detail = async (workspaceId: string, id: string): Promise<RunDetail> => {
    const context = await engine.runPage(workspaceId, id, firstPage);
    const [flowOf, definition, replays, change] = await Promise.all([
      flowsOfRuns(workspaceId, [context.run]),
      definitionOf(engine, context.run),
      replaysOf(workspaceId, id),
      engine.change(context),
    ]);
    return toRunDetail({ context, flow: flowOf(context.run), definition, replays, change }, titlesOf(workspaceId));
  };
  const list = async (workspaceId: string, { before, limit, ...query }: z.output<typeof runQuery>) => {
    const filter = await toFilter(workspaceId, query);
    const runs = await engine.runs(workspaceId, filter, { limit: limit + 1, ...(before !== undefined && { before }) });
    const shown = runs.slice(0, limit);
    const flowOf = await flowsOfRuns(workspaceId, shown);
    const searching = filter.person && (await engine.peopleProgress());
    return {
      runs: shown.map((run) => toRunView(run, flowOf(run), filter.person)),
      next: runs.length > limit ? shown.at(-1)!.id : null,
      ...(searching && { searching }),
    };
  };
  return { list, detail };
}

const refusedView = ({ run, error }: { run: string; error: StoredError }) => ({ run, error: { ...error, details: { ...error.details } } });
const waitingView = ({ id, connection, runIds, createdAt }: Waiting) => ({
  id,
  connection: connection && connectionView(connection),
  runs: runIds,
  createdAt,
});
const connectionView = ({ id, name, title, status, reason }: Connection) => ({
  id,
  name,
  title,
  status,
  ...(reason !== undefined && { reason }),
});
const blockedView = ({ connection, runs }: Blocked) => ({ connection: connectionView(connection), runs });

/** Null when the flow was deleted: its runs are still there to be read. */
async function definitionOf(engine: Engine, { workspaceId, flowId, version }: Run): Promise<FlowDefinition | null> {
  return engine.flows.version(workspaceId, flowId, version).catch(() => null);
}

/** The list's filter as the engine takes it. */
const filterOf =
  ({ connectionUse, connections }: Pick<RunRouteParts, "connectionUse" | "connections">) =>
  async (workspaceId: string, { flow, location, state, attention, recovered, person, from, to }: Query): Promise<RunFilter> => {
    const there =
      location === undefined ? null : (await readKnownConnections(connections, workspaceId)).filter((one) => one.locationId === location);
    return {
      ...(flow !== undefined && { flowId: flow }),
      ...(there && { of: await connectionUse.runs(workspaceId, there) }),
      ...(state !== undefined && { states: state.split(",").map(parseState) }),
      ...(attention !== undefined && { attention: attention === "true" }),
      ...(recovered !== undefined && { recovered: recovered === "true" }),
      ...(person !== undefined && person.trim() !== "" && whose(person.trim())),
      ...defined({ from, to }),
    };
  };

/** Whoever searches may as well hold a run's id. */
const whose = (text: string): RunFilter => (/^run_[0-9a-z]{18}$/.test(text) ? { ids: [text] } : { person: personSearch(text) });

function parseState(text: string) {
  const read = runState.safeParse(text.trim());
  if (!read.success) throw badInput("state", `'${cutText(text, 40)}' is no state; use ${runState.options.join(", ")}`);
  return read.data;
}
