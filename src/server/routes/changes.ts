import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import type { Change, ChangeFilter, ChangeStore } from "#changes/types.ts";
import type { ChangeFilterQuery, ChangeView } from "#api/schemas.ts";
import type { Principal } from "#api/principal.ts";
import { byMillrace } from "#kernel/change-kinds.ts";
import type { Clock } from "#kernel/clock.ts";
import { defined } from "#kernel/defined.ts";
import { changeFormats, type ChangeFormat } from "#surfaces/change-file.ts";
import { serve } from "../http/serve.ts";

/** Names of those who changed something, by `by` of a change. Those it does not name are called by what they signed in with. */
export type ActorNames = (workspaceId: string, actors: readonly string[]) => Promise<ReadonlyMap<string, string>>;

export interface ChangeRouteParts {
  changes: Pick<ChangeStore, "history" | "people" | "add">;
  actorNames: ActorNames;
  clock: Clock;
}

const exportedAtOnce = 500;

/** Who changed what: nothing here changes or deletes a change. */
export function serveChanges(app: FastifyInstance, parts: ChangeRouteParts): void {
  const { changes, clock } = parts;
  serve(app, "changes", {
    async list({ principal, query: { after, before, limit, ...query } }) {
      const { workspaceId } = principal;
      const page = await changes.history(workspaceId, { limit: limit + 1, ...filterOf(query, principal), ...defined({ after, before }) });
      const shown = page.slice(0, limit);
      return { changes: await viewsOf(parts, workspaceId, shown), next: page.length > limit ? shown.at(-1)!.seq : null };
    },
    async people({ principal: { workspaceId } }) {
      const people = await changes.people(workspaceId);
      const who = await namesOf(parts, workspaceId, people);
      return {
        people: await Promise.all(
          people.map(async (by) => ({ by, who: who(by), ...defined({ since: await sinceOf(changes, workspaceId, by) }) })),
        ),
      };
    },
    export({ principal, query: { format, ...query }, reply }) {
      const { type, extension } = changeFormats[format];
      const day = new Date(clock.now()).toISOString().slice(0, 10);
      reply.type(type).header("content-disposition", `attachment; filename="millrace-audit-${day}.${extension}"`);
      reply.header("cache-control", "no-store");
      void reply.send(Readable.from(linesOf(parts, principal.workspaceId, filterOf(query, principal), changeFormats[format])));
    },
  });
}

/** Of a browser that was signed in without an account, when it first changed something: nothing else tells it from another. */
async function sinceOf(changes: Pick<ChangeStore, "history">, workspaceId: string, by: string | null): Promise<number | undefined> {
  if (by?.startsWith("session:") !== true) return undefined;
  const [first] = await changes.history(workspaceId, { by, after: 0, limit: 1 });
  return first?.at;
}

/** A page at a time, so that a long history is never in memory. */
async function* linesOf(parts: ChangeRouteParts, workspaceId: string, filter: ChangeFilter, { head, line }: ChangeFormat) {
  if (head !== "") yield head;
  for (let after = 0; ;) {
    const page = await parts.changes.history(workspaceId, { ...filter, after, limit: exportedAtOnce });
    if (page.length > 0) yield (await viewsOf(parts, workspaceId, page)).map(line).join("");
    if (page.length < exportedAtOnce) return;
    after = page.at(-1)!.seq;
  }
}

/**
 * Invitations name people who have not joined, and changes of the workspace the addresses it may be used from: they are left out, from
 * searches too, for whoever may not see people.
 */
function filterOf({ kind, by, ...rest }: ChangeFilterQuery, { scopes }: Principal): ChangeFilter {
  return defined({
    ...rest,
    kinds: kind?.length === 0 ? undefined : kind,
    exceptKinds: scopes.has("access:read") ? undefined : (["invitation", "workspace"] as const),
    by: by === byMillrace ? null : by,
  });
}

async function viewsOf(parts: ChangeRouteParts, workspaceId: string, changes: readonly Change[]): Promise<ChangeView[]> {
  const who = await namesOf(parts, workspaceId, changes.map(actorOf));
  return changes.map(({ seq, kind, id, what, name, by, at, fields }) => ({
    seq,
    kind,
    id,
    what: what ?? "",
    name,
    by,
    who: who(actorOf({ kind, id, by })),
    at,
    fields: [...fields],
  }));
}

/** Whoever signs in or out is the session itself. */
const actorOf = ({ kind, id, by }: Pick<Change, "kind" | "id" | "by">): string | null =>
  by ?? (kind === "session" ? `session:${id}` : null);

const namesOf = ({ actorNames }: ChangeRouteParts, workspaceId: string, actors: readonly (string | null)[]) =>
  whoIs(actorNames, workspaceId, actors);

/** What people call those who did something. */
export async function whoIs(actorNames: ActorNames, workspaceId: string, actors: readonly (string | null)[]) {
  const names = await actorNames(workspaceId, [...new Set(actors.filter((actor) => actor !== null))]);
  return (by: string | null): string => (by === null ? "Millrace" : (names.get(by) ?? signedInWith(by)));
}

/** Who somebody without a name is: all that is known is how they signed in. */
function signedInWith(by: string): string {
  if (by.startsWith("key:")) return "The workspace key";
  if (by.startsWith("agent-key:")) return "An agent with the workspace key";
  if (by.startsWith("link:")) return "A reconnect link";
  if (by === "link") return "A one-time link from the machine";
  if (by.startsWith("account:")) return "A deleted account";
  return by.startsWith("session:") ? "Somebody without an account" : by;
}
