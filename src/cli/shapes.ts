/** Shapes of the API that only the command line names. */
import type { z } from "zod";
import type { callBody, callReply, effectView, replayReply, runQuery, sampleList } from "#server/contract.ts";

export type CallBody = z.input<typeof callBody>;
export type CallReply = z.infer<typeof callReply>;
export type EffectView = z.infer<typeof effectView>;
export type ReplayReply = z.infer<typeof replayReply>;
export type RunFilter = Partial<z.infer<typeof runQuery>>;
export type Sample = z.infer<typeof sampleList>["samples"][number];
