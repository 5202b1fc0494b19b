import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Engine, ReplayRequest } from "#engine/api.ts";
import { personSearch } from "#engine/people/search.ts";
import type { Titles } from "#engine/sentence.ts";
import type { FlowDefinition, Run, RunFilter } from "#engine/types.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Connection } from "#vault/types.ts";
import {
  cancelBody,
  cancelReply,
  done,
  replayBody,
  replayCheckReply,
  replayReply,
  runDetail,
  runList,
  runQuery,
  runState,
  stepList,
  stepQuery,
  waitingReplayList,
  type RunDetail,
} from "../contract.ts";
import type { Blocked, LaterReplays } from "../later-replays.ts";
import { toRunDetail, toRunView, toStepViews } from "../views.ts";

export interface RunRouteParts {
  engine: Engine;
  /** Runs made as replays of one, oldest first. */
  replaysOf: (workspaceId: string, runId: string) => Promise<Run[]>;
  laterReplays: LaterReplays;
  titles: Titles;
  workspaceId: string;
}

const params = z.object({ id: z.string().max(64) });
const tags = ["Runs"];
/** What a page shows of a run at first: a loop over ten thousand records makes as many steps. */
const mostStepBytes = 200_000;
const firstPage = { limit: 200, mostBytes: mostStepBytes };
type Query = Omit<z.infer<typeof runQuery>, "before" | "limit">;

/** Runs: finding them, reading them, doing them again. */
export const runRoutes =
  ({ engine, replaysOf, laterReplays, titles, workspaceId }: RunRouteParts): FastifyPluginAsyncZod =>
  async (app) => {
    const flowNames = async () => {
      const known = new Map((await engine.flows.list(workspaceId)).map((flow) => [flow.id, flow.name]));
      return (id: string) => known.get(id) ?? "Deleted flow";
    };
    const detail = async (id: string): Promise<RunDetail> => {
      const context = await engine.runPage(workspaceId, id, firstPage);
      const [nameOf, definition, replays, change] = await Promise.all([
        flowNames(),
        definitionOf(engine, context.run.flowId, context.run.version),
        replaysOf(workspaceId, id),
        engine.change(context),
      ]);
      return toRunDetail({ context, flowName: nameOf(context.run.flowId), definition, replays, change }, titles);
    };

    app.get("/runs", {
      schema: { tags, summary: "Runs, newest first", querystring: runQuery, response: { 200: runList } },
      handler: async ({ query: { before, limit, ...query } }) => {
        const filter = toFilter(query);
        const runs = await engine.runs(workspaceId, filter, { limit: limit + 1, ...(before !== undefined && { before }) });
        const nameOf = await flowNames();
        const shown = runs.slice(0, limit);
        const searching = filter.person && (await engine.peopleProgress());
        return {
          runs: shown.map((run) => toRunView(run, nameOf(run.flowId), filter.person)),
          next: runs.length > limit ? shown.at(-1)!.id : null,
          ...(searching && { searching }),
        };
      },
    });
    app.get("/runs/:id", {
      schema: { tags, summary: "A run with its event and steps", params, response: { 200: runDetail } },
      handler: (request) => detail(request.params.id),
    });
    app.get("/runs/:id/steps", {
      schema: { tags, summary: "Further steps of a long run", params, querystring: stepQuery, response: { 200: stepList } },
      handler: async ({ params: { id }, query: { after, limit } }) => {
        const { run, steps, next } = await engine.runPage(workspaceId, id, { after, limit, mostBytes: mostStepBytes });
        return { steps: toStepViews(steps, await definitionOf(engine, run.flowId, run.version), titles), next };
      },
    });
    app.post("/runs/replay", {
      schema: {
        tags,
        summary: "Do runs again, from the start or from where they failed",
        body: replayBody,
        response: { 200: replayReply },
      },
      handler: async ({ body }) => {
        const request = toRequest(body);
        const result =
          body.when === "connected"
            ? await laterReplays.replayWhenConnected(request)
            : { ...(await engine.replay(workspaceId, request)), waiting: [] };
        return {
          replayed: result.replayed,
          refused: result.refused.map(({ run, error }) => ({ run, error: { ...error, details: { ...error.details } } })),
          waiting: result.waiting.map(blockedView),
        };
      },
    });
    app.post("/runs/cancel", {
      schema: { tags, summary: "Stop runs that are not over", body: cancelBody, response: { 200: cancelReply } },
      handler: async ({ body: { ids, filter } }) => {
        if ((ids === undefined) === (filter === undefined)) throw badInput("ids", "give either ids or a filter");
        const { cancelled, refused } = await engine.cancelMany(workspaceId, {
          ...(ids && { ids }),
          ...(filter && { filter: toFilter(filter) }),
        });
        return { cancelled, refused: refused.map(({ run, error }) => ({ run, error: { ...error, details: { ...error.details } } })) };
      },
    });
    await app.register(waitingRoutes(laterReplays));
    for (const [action, summary] of [
      ["cancel", "Stop a run that is not over"],
      ["dismiss", "Take a run off Needs attention"],
    ] as const) {
      app.post(`/runs/:id/${action}`, {
        schema: { tags, summary, params, body: z.unknown().optional(), response: { 200: runDetail } },
        handler: async (request) => {
          await engine[action](workspaceId, request.params.id);
          return detail(request.params.id);
        },
      });
    }
  };

/** Replays that a broken connection is in the way of. */
const waitingRoutes =
  (laterReplays: LaterReplays): FastifyPluginAsyncZod =>
  async (app) => {
    app.post("/runs/replay/check", {
      schema: {
        tags,
        summary: "Which connections would make the runs fail again",
        body: replayBody,
        response: { 200: replayCheckReply },
      },
      handler: async ({ body }) => {
        const { runs, blocked } = await laterReplays.check(toRequest(body));
        return { runs, blocked: blocked.map(blockedView) };
      },
    });
    app.get("/runs/waiting-replays", {
      schema: { tags, summary: "Replays that wait until a connection works again", response: { 200: waitingReplayList } },
      handler: async () => ({
        waiting: (await laterReplays.waiting()).map(({ id, connection, runIds, createdAt }) => ({
          id,
          connection: connection && connectionView(connection),
          runs: runIds,
          createdAt,
        })),
      }),
    });
    app.delete("/runs/waiting-replays/:id", {
      schema: { tags, summary: "Let them wait no longer; the runs stay", params, body: z.unknown().optional(), response: { 200: done } },
      handler: async (request) => {
        await laterReplays.cancel(request.params.id);
        return { ok: true as const };
      },
    });
  };

const connectionView = ({ id, name, title, status, reason }: Connection) => ({
  id,
  name,
  title,
  status,
  ...(reason !== undefined && { reason }),
});
const blockedView = ({ connection, runs }: Blocked) => ({ connection: connectionView(connection), runs });

function toRequest({ ids, filter, from, version }: z.infer<typeof replayBody>): ReplayRequest {
  if ((ids === undefined) === (filter === undefined)) throw badInput("ids", "give either ids or a filter");
  return { from, version, ...(ids && { ids }), ...(filter && { filter: toFilter(filter) }) };
}

/** Null when the flow was deleted: its runs are still there to be read. */
async function definitionOf(engine: Engine, flowId: string, version: number): Promise<FlowDefinition | null> {
  return engine.flows.version(flowId, version).catch(() => null);
}

/** The list's filter as the engine takes it. */
export function toFilter({ flow, state, attention, recovered, person, from, to }: Query): RunFilter {
  return {
    ...(flow !== undefined && { flowId: flow }),
    ...(state !== undefined && { states: state.split(",").map(parseState) }),
    ...(attention !== undefined && { attention: attention === "true" }),
    ...(recovered !== undefined && { recovered: recovered === "true" }),
    ...(person !== undefined && person.trim() !== "" && whose(person.trim())),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  };
}

/** Whoever searches may as well hold a run's id. */
const whose = (text: string): RunFilter => (/^run_[0-9a-z]{18}$/.test(text) ? { ids: [text] } : { person: personSearch(text) });

function parseState(text: string) {
  const read = runState.safeParse(text.trim());
  if (!read.success) throw badInput("state", `'${text.slice(0, 40)}' is no state; use ${runState.options.join(", ")}`);
  return read.data;
}

const badInput = (field: string, problem: string) => new MillraceError("BAD_INPUT", { details: { field, problem } });
