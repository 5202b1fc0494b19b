/** What a client of an agency sees of one sub-account. */
import { z } from "zod";
import { runState } from "./common.ts";
import { connectionStatus } from "./connections.ts";

export const clientView = z.object({
  /** The workspace that works for the client, as its owners call it; null where they gave it no name. */
  agency: z.string().nullable(),
  subAccount: z.object({
    id: z.string(),
    /** As its connection is called; null where it has none. */
    name: z.string().nullable(),
  }),
  connections: z.array(
    z.object({
      title: z.string(),
      /** The app, as people call it. */
      app: z.string(),
      status: connectionStatus,
      /** What is wrong, in words. */
      reason: z.string().nullable(),
    }),
  ),
  /** The published flows that work in this sub-account and in no other. */
  flows: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      status: z.enum(["on", "off"]),
      /** What it does, in words. */
      sentence: z.string(),
      lastRunAt: z.number().nullable(),
      /** Runs of the last seven days. */
      week: z.object({
        succeeded: z.number(),
        failed: z.number(),
        filtered: z.number(),
        /** Under way. */
        waiting: z.number(),
        /** Failed or held, and nobody has dealt with it. */
        attention: z.number(),
      }),
    }),
  ),
  /** The newest of those flows, without their data. One that a replay has done since is left out: the replay is there. */
  runs: z.array(
    z.object({
      at: z.number(),
      flow: z.string(),
      state: runState,
      /** Whom it was about: a name, an e-mail address or a phone number. */
      who: z.string().nullable(),
      /** What was done, in words; null where nothing was. */
      done: z.string().nullable(),
    }),
  ),
});
export type ClientView = z.output<typeof clientView>;
