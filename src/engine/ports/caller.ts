import type { CallCause } from "#kernel/call-cause.ts";
import type { Effect, ListRead, PretendedEffect } from "#catalog/types.ts";
import type { MillraceError } from "#kernel/errors.ts";
import type { Lane } from "../types/runs.ts";

/** Calls operations of apps. Outbound implements it (`createCaller`); the engine never speaks HTTP. */
export interface StepCaller {
  call(request: StepCall): Promise<StepCallResult>;
  /** Looks whether an earlier attempt of the same call took effect. `undefined`: the operation has no way to look. `null`: it did not. */
  confirmed(request: StepCall, since: number): Promise<StepCallResult | null | undefined>;
  /** Facts the engine decides by; null when the operation is unknown. */
  facts(
    workspaceId: string,
    app: string,
    operation: string,
    input?: Record<string, unknown>,
  ): { title: string; effect: Effect; idempotencyKey: boolean; confirm: boolean; needsConnection: boolean; message?: boolean } | null;
  /** Where a call would go, as far as that is known before it is made. */
  destination(request: StepCall): Destination;
  /** Calls the listener with each host that answers again after it was not asked for a while. */
  onHostBack(listener: (host: string) => void): void;
}

export interface Destination {
  host: string;
  /** Why it would not be sent just now (HOST_DOWN); null: nothing is in its way. */
  refusal: MillraceError | null;
}

export interface StepCall {
  workspaceId: string;
  app: string;
  operation: string;
  connection?: string;
  input: Record<string, unknown>;
  /** In which zone and country the input is meant where it does not say so, and what of it the flow empties on purpose (JSON pointers). */
  settings?: { zone?: string; country?: string; emptied?: ReadonlySet<string>; written?: readonly string[] };
  lane: Lane;
  dry: boolean;
  idempotencyKey: string;
  /** A later step reads the headers of the answer: they are kept with the exchange. */
  keepHeaders?: boolean;
  /** How many rows of a list are read at most. */
  rows?: number;
  signal?: AbortSignal;
  /** Why it is made, for the log of calls. */
  cause?: CallCause;
}

export interface StepCallResult {
  output: unknown;
  /** Of a list: how far it was read. */
  list?: ListRead;
  /** Requests and answers, without secrets. */
  exchanges: unknown[];
  /** Dry run only: what would have been written. */
  effects?: PretendedEffect[];
  /** What went well and had better be changed, a sentence each. */
  notices?: string[];
  /** Those of them that are about this call alone, kept with its attempt. */
  notes?: string[];
}
