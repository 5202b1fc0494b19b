import type { FastifyInstance } from "fastify";
import type { TagJobView } from "#api/schemas.ts";
import { serve } from "../http/serve.ts";
import type { TagRules } from "../tags/tag-rules.ts";
import type { TagService } from "../tags/tag-service.ts";
import { whoIs, type ActorNames } from "./changes.ts";

export interface TagRouteParts {
  tags: {
    service: Pick<TagService, "list" | "read" | "describe" | "preview" | "jobs" | "start" | "move" | "undo">;
    rules: Pick<TagRules, "list" | "add" | "change" | "remove" | "runNow">;
  };
  actorNames: ActorNames;
}

/** Tags of all connected sub-accounts, the jobs that change them, and the rules that clean them. */
export function serveTags(app: FastifyInstance, { tags: { service, rules }, actorNames }: TagRouteParts): void {
  const named = async (workspaceId: string, jobs: readonly TagJobView[]): Promise<TagJobView[]> => {
    const who = await whoIs(
      actorNames,
      workspaceId,
      jobs.map(({ by }) => by),
    );
    return jobs.map((job) => ({ ...job, by: who(job.by) }));
  };
  const one = async (workspaceId: string, job: Promise<TagJobView>): Promise<TagJobView> => (await named(workspaceId, [await job]))[0]!;
  serve(app, "tags", {
    list: ({ principal }) => service.list(principal.workspaceId),
    read: ({ principal: { workspaceId, by } }) => service.read(workspaceId, by),
    describe: ({ principal: { workspaceId, by }, body }) => service.describe(workspaceId, body, by),
    preview: ({ principal: { workspaceId, by }, body }) => service.preview(workspaceId, body, by),
    jobs: async ({ principal: { workspaceId } }) => ({ jobs: await named(workspaceId, await service.jobs(workspaceId)) }),
    start: ({ principal: { workspaceId, by }, body }) => one(workspaceId, service.start(workspaceId, body, by)),
    move: ({ principal: { workspaceId, by }, params, body }) => one(workspaceId, service.move(workspaceId, params.id, body.state, by)),
    undo: ({ principal: { workspaceId, by }, params }) => one(workspaceId, service.undo(workspaceId, params.id, by)),
    rules: async ({ principal }) => ({ rules: await rules.list(principal.workspaceId) }),
    addRule: ({ principal: { workspaceId, by }, body }) => rules.add(workspaceId, body, by),
    changeRule: ({ principal: { workspaceId, by }, params, body }) => rules.change(workspaceId, params.id, body, by),
    removeRule: ({ principal: { workspaceId, by }, params }) => rules.remove(workspaceId, params.id, by),
    runRule: ({ principal: { workspaceId }, params }) => rules.runNow(workspaceId, params.id),
  });
}
