import { factsIndex } from "#apps/highlevel/facts.ts";
import type { Operation } from "#catalog/types.ts";
import { endpoints } from "#sandbox/highlevel/endpoints.ts";

const routes = new Set(factsIndex().flatMap(({ key, method, path }) => (key in endpoints ? [`${method} ${path}`] : [])));

/** Whether the sandbox keeps records for an operation. It answers the other reads by their examples, of which there is no more to be shown. */
export const isPlayed = ({ method, path }: Pick<Operation, "method" | "path">): boolean => routes.has(`${method} ${path}`);
