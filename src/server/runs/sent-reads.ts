import { isObject } from "#kernel/json.ts";

const mostNamed = 5;

/**
 * What a dry run really sent, a sentence for each host and method: reads are made, and nobody can tell from here that a GET does nothing
 * over there.
 */
export function sentReads(exchanges: readonly unknown[]): string[] {
  const counts = new Map<string, number>();
  for (const exchange of exchanges) {
    if (!isObject(exchange) || typeof exchange["method"] !== "string" || typeof exchange["url"] !== "string") continue;
    const what = `${exchange["method"]} ${placeOf(exchange["url"])}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [...counts].slice(0, mostNamed).map(([what, count]) => sentence(what, count));
}

function sentence(what: string, count: number): string {
  const [method = "", ...place] = what.split(" ");
  const sent = count === 1 ? `One ${method} request was sent` : `${count} ${method} requests were sent`;
  return `${sent} to ${place.join(" ")} to read from it: a dry run only leaves out writes.`;
}

const placeOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url.replace(/^\((.*)\)$/, "the $1"));
