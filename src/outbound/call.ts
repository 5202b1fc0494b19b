import type { CallCause } from "#kernel/call-cause.ts";
import type { FitSettings } from "#catalog/fit.ts";
import type { App, Operation, PretendedEffect } from "#catalog/types.ts";
import type { CallConnection } from "./call-connections.ts";
import type { Exchange, Lane } from "./types.ts";

export type Input = Record<string, unknown>;

export interface CallRequest {
  workspaceId: string;
  app: string;
  operation: string;
  /** Name or id. */
  connection?: string;
  input: Input;
  /** How to read the input's values. `emptied` and `written` come from a flow's step; a direct call has them in its input. */
  settings?: Pick<FitSettings, "zone" | "country" | "emptied" | "written">;
  lane: Lane;
  /** Writes are not sent, only worked out: `effects` lists what they would do. */
  dry: boolean;
  /** The same on every attempt. */
  idempotencyKey: string;
  /** The headers of the answer are kept with the exchange. */
  keepHeaders?: boolean;
  /** The most rows of a list to read; the usual number by default. */
  rows?: number;
  signal?: AbortSignal;
  /** Why it is made, for the log of calls. */
  cause?: CallCause;
}

/** What one call gathers on its way, recipes included. */
export interface Gathered {
  exchanges: Exchange[];
  effects: PretendedEffect[];
  notes: string[];
  calls: number;
}

/** A call on its way: what is asked of whom, and what it has gathered. */
export interface Ongoing {
  request: CallRequest;
  app: App;
  operation: Operation;
  connection: CallConnection;
  gathered: Gathered;
  /** The address of the further page of a list that is asked for. */
  next?: string | undefined;
}

/** An answer, unwrapped and as it came. */
export interface Answer {
  output: unknown;
  raw: unknown;
  status: number;
  headers?: Record<string, string>;
}
