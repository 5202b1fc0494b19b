import type { LintFinding } from "../types.ts";
import type { Place } from "./places.ts";
import type { LintConnection, LintReader } from "./types.ts";

/** The part of an address that no template may change: its scheme and host. */
const written = /^\s*https?:\/\/[^/?#{}\s]+(?=[/?#]|\s*$)/i;

/** Addresses of the private network, which no run may ask: those a step writes down, and that of its connection. */
export function closedHosts({ at, step, input, connection }: Place, login: LintConnection | null, reader: LintReader): LintFinding[] {
  const url = typeof input["url"] === "string" ? input["url"] : undefined;
  const own = url === undefined ? undefined : written.exec(url)?.[0];
  const asked = own ?? (url === undefined || !/^\s*(https?:|\{\{)/i.test(url) ? login?.baseUrl : undefined);
  const host = asked === undefined ? null : reader.closedHost(asked.trim());
  if (host === null) return [];
  const whose = own === undefined ? `, the address of '${connection}',` : "";
  return [
    {
      level: "error",
      at: own === undefined ? `${at}.connection` : `${at}.input.url`,
      step,
      field: own === undefined ? null : "url",
      problem: `${host}${whose} belongs to a private network, and Millrace may not call it`,
      fix: "Have whoever runs Millrace add it to MILLRACE_ALLOW_PRIVATE_HOSTS and start it again, or use a public address.",
    },
  ];
}
