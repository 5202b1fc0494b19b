import type { FastifyInstance } from "fastify";
import { readAnswer, readEvent } from "#definitions/example.ts";
import { readRequests } from "#definitions/read-requests.ts";
import { serve } from "../http/serve.ts";
import type { AppRouteParts } from "./apps.ts";

export type AppDraftRouteParts = AppRouteParts;

/** Drafts of apps, read out of what a person has at hand. Nothing is saved. */
export function serveAppDrafts(app: FastifyInstance, { apps }: AppDraftRouteParts): void {
  serve(app, "appDrafts", {
    request: ({ body: { kind, text } }) => readRequests(kind, text),
    answer: ({ body: { text, ...operation } }) => readAnswer(text, operation),
    event: ({ body: { text } }) => readEvent(text),
    check: ({ principal: { workspaceId }, body }) => apps.check(workspaceId, body),
  });
}
