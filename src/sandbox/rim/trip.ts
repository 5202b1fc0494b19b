import type { FastifyRequest } from "fastify";
import type { Upload } from "../highlevel/call.ts";
import type { Grant } from "../oauth/grants.ts";

/** What is known of a request on its way through, for the log and the answer. */
export interface Trip {
  traceId: string;
  startedAt: number;
  grant?: Grant;
  message?: string | undefined;
  fault?: string;
  /** The files of a multipart body. */
  files?: readonly Upload[];
  /** The client hung up on, by a fault. */
  dropped?: boolean;
}

declare module "fastify" {
  interface FastifyRequest {
    trip: Trip;
  }
}

export const pathOf = (request: FastifyRequest): string => request.url.split("?", 1)[0]!;
