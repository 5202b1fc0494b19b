import type { FastifyInstance } from "fastify";
import type { Clock } from "#kernel/clock.ts";
import { dayMs } from "#kernel/durations.ts";
import type { MessageRows } from "#storage/message-store.ts";
import { serve } from "../http/serve.ts";

export interface MessageRouteParts {
  messageStore: Pick<MessageRows, "policy" | "setPolicy" | "totals">;
  clock: Clock;
}

const shownDays = 7;

/** What messages to people have to keep, and how many were sent and skipped of late. */
export function serveMessages(app: FastifyInstance, { messageStore, clock }: MessageRouteParts): void {
  const view = async (workspaceId: string) => ({
    policy: await messageStore.policy(workspaceId),
    totals: { days: shownDays, messages: await messageStore.totals(workspaceId, clock.now() - shownDays * dayMs) },
  });
  serve(app, "messages", {
    policy: ({ principal: { workspaceId } }) => view(workspaceId),
    async setPolicy({ principal: { workspaceId, by }, body }) {
      await messageStore.setPolicy(workspaceId, body, by);
      return view(workspaceId);
    },
  });
}
