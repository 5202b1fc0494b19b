import { takesAnyAddress } from "#catalog/any-address.ts";
import type { Operation } from "#catalog/types.ts";
import type { LintFinding } from "../types/lint.ts";
import type { Place } from "./spots.ts";
import type { LintConnection, LintReader } from "./types.ts";

/** Whether an address that a place calls is on a private network and not allowed: its first run would fail. */
export async function closedAddresses(
  place: Place,
  operation: Operation,
  connection: LintConnection | null,
  reader: LintReader,
): Promise<LintFinding[]> {
  const own = takesAnyAddress(operation) ? addressOf(place.input["url"]) : null;
  const url = own ?? connection?.baseUrl;
  if (url === undefined || !URL.canParse(url)) return [];
  const closed = await reader.closed?.(url, connection?.baseUrl);
  if (!closed) return [];
  const at = own === null ? `${place.at}.connection` : `${place.at}.input.url`;
  const problem = `${closed.host} is an address of a private network, which flows may not call`;
  return [
    {
      level: "error",
      at,
      step: place.step,
      field: own === null ? null : "url",
      problem,
      fix: closed.todo,
      ...(closed.mayAllow && { allow: closed.host }),
    },
  ];
}

/** The origin of a whole address, where no template decides it. */
function addressOf(text: unknown): string | null {
  if (typeof text !== "string") return null;
  const [origin] = /^\s*https?:\/\/[^/?#{}\s]+(?=[/?#\s]|$)/i.exec(text) ?? [];
  return origin === undefined ? null : `${origin.trim()}/`;
}
