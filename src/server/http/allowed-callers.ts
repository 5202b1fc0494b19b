import type { IncomingMessage } from "node:http";
import type { FastifyRequest } from "fastify";
import { MillraceError } from "#kernel/errors.ts";
import type { IpRanges } from "#kernel/ip-ranges.ts";
import { adviceFor, thisMachine } from "./access.ts";

export interface AllowedCallerParts {
  /** From where the API may be used; from everywhere where none is named. */
  allowedCallers?: IpRanges;
  /** Who sends a request: the address at the other end of the connection when absent. */
  clientAddress?: (req: IncomingMessage) => string;
}

/** What other machines look at: whether Millrace is well, and its metrics, which take a key. */
const forMonitors = new Set(["/healthz", "/readyz", "/metrics"]);

/** Refuses the page and the API to whoever is not on the list. This machine may always ask, so that nobody locks themselves out for good. */
export function createCallerGate({ allowedCallers, clientAddress = (req) => req.socket.remoteAddress ?? "" }: AllowedCallerParts) {
  return async ({ raw }: Pick<FastifyRequest, "raw">): Promise<void> => {
    if (!allowedCallers || allowedCallers.empty || forMonitors.has(pathOf(raw.url))) return;
    const address = clientAddress(raw);
    if (!allowedCallers.has(address) && !thisMachine.has(address)) throw refused(address);
  };
}

const pathOf = (url = "") => url.split("?", 1)[0]!.replace(/\/$/, "");
const refused = (address: string) => new MillraceError("FORBIDDEN", { details: { problem: problemOf(address) } });
const problemOf = (address: string): string => `The page and the API are not open to ${address}. ${adviceFor(address, addIt)}`;
const addIt = "Whoever runs Millrace can add it to MILLRACE_ALLOWED_CALLERS";
