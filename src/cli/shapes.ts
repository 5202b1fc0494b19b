/** Shapes of the API that only the command line names. */
import type { z } from "zod";
import type { callReply, effectView, replayReply, runQuery, sampleList } from "#api/schemas.ts";

export type CallReply = z.infer<typeof callReply>;
export type EffectView = z.infer<typeof effectView>;
export type ReplayReply = z.infer<typeof replayReply>;
export type RunFilter = Partial<z.input<typeof runQuery>>;
export type Sample = z.infer<typeof sampleList>["samples"][number];
