import { approvalDeed, type ApprovalDeed } from "#api/schemas.ts";
import type { Client } from "#api/client.ts";
import type { Scope } from "#api/principal.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { Engine } from "#engine/api.ts";
import type { Flow } from "#engine/types/flows.ts";
import { defined } from "#kernel/defined.ts";
import { contentHash } from "#kernel/digest.ts";
import { conflict, MillraceError, notFound } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";
import { oneLine } from "#kernel/one-line.ts";
import type { Vault } from "#vault/vault.ts";

/** What was done, in words and as data. */
export interface Outcome {
  words: string;
  output: unknown;
}

export interface DeedParts {
  engine: Pick<Engine, "runs" | "flows">;
  catalog: Catalog;
  vault: Pick<Vault, "find">;
}

/** One kind of deed: the scope it needs, what it is called, and how it is done. */
interface Kind<Deed> {
  scope: Scope;
  /** In words, as the end of "asks to", and the deed as it is kept. Throws where it makes no sense: what it names is not there. */
  check(deed: Deed, workspaceId: string, parts: DeedParts): Promise<{ title: string; deed: Deed }>;
  /** Does it by the routes of the API, with the rights of whoever approved. */
  perform(deed: Deed, client: Client): Promise<Outcome>;
}
type DeedOf<K> = Extract<ApprovalDeed, { kind: K }>;

const kinds: { [K in ApprovalDeed["kind"]]: Kind<DeedOf<K>> } = {
  publish: {
    scope: "flows:write",
    async check(deed, workspaceId, { engine }) {
      const { flow: id, revision } = deed;
      const flow = await engine.flows.get(workspaceId, id);
      if (flow.revision !== revision) throw changed(flow);
      return { title: `publish ${quoted(flow.name)}`, deed };
    },
    async perform({ flow: id, revision, note }, client) {
      const { version } = await client.flows.publish({ id, body: { revision, ...defined({ note }) } });
      return { words: `Version ${version} is published, and the flow is on.`, output: { version } };
    },
  },
  switch_on: {
    scope: "flows:switch",
    async check(deed, workspaceId, { engine }) {
      const flow = await engine.flows.get(workspaceId, deed.flow);
      if (flow.version === null) throw new MillraceError("FLOW_NOT_PUBLISHED", { details: { id: flow.name } });
      return { title: `turn on ${quoted(flow.name)}`, deed: { ...deed, seen: contentHash([flow.name, flow.version]) } };
    },
    async perform({ flow: id }, client) {
      await client.flows.resume({ id });
      return { words: "The flow is on.", output: null };
    },
  },
  replay: {
    scope: "runs:write",
    async check(deed, workspaceId, { engine }) {
      const unique = [...new Set(deed.runs)];
      const runs = await engine.runs(workspaceId, { ids: unique }, { limit: unique.length });
      const missing = unique.find((id) => !runs.some((run) => run.id === id));
      if (missing !== undefined) throw notFound("run", missing);
      const flows = [...new Set(runs.map(({ flowId }) => flowId))];
      const name = flows.length === 1 ? await engine.flows.get(workspaceId, flows[0]!).then(nameOf, () => "") : "";
      const versions = flows.toSorted().map((id) => engine.flows.get(workspaceId, id).then(versionOf, () => null));
      const seen = contentHash(deed.version === "published" ? await Promise.all(versions) : null);
      return { title: `replay ${runs.length === 1 ? "1 run" : `${runs.length} runs`}${name}`, deed: { ...deed, runs: unique, seen } };
    },
    async perform({ runs: ids, from, version }, client) {
      const { replayed, refused } = await client.runs.replay({ body: { ids, from, version } });
      const rest = refused.length === 0 ? "" : ` ${refused.length} could not be: ${refused[0]!.error.message}`;
      return {
        words: `${replayed.length} of ${replayed.length + refused.length} runs are replayed.${rest}`,
        output: { replayed, refused },
      };
    },
  },
  call: {
    scope: "operations:call",
    async check(deed, workspaceId, { catalog, vault }) {
      const { app = "", operation: id, connection: name } = deed;
      const own = catalog.of(workspaceId);
      const found = app === "" ? own.main : own.app(app);
      const operation = found && own.operation(found.id, id);
      if (!found || !operation)
        throw new MillraceError("OPERATION_UNKNOWN", { details: { operation: id, app: found?.title ?? app, hint: "" } });
      const login = name === undefined ? null : await vault.find(workspaceId, name);
      const where = login && [login.id, login.baseUrl, login.settings];
      const seen = contentHash(JSON.parse(JSON.stringify([found.baseUrl, found.auth, operation, where])));
      return { title: `call ${quoted(operation.title)} in ${oneLine(found.title)}`, deed: { ...deed, app: found.id, seen } };
    },
    async perform({ app, operation, connection, input }, client) {
      const name = app === undefined ? operation : `${app}.${operation}`;
      const { output } = await client.operations.call({ operation: name, body: { input, ...defined({ connection }) } });
      return { words: "The operation was called, and it worked.", output };
    },
  },
};

const changed = ({ name, revision }: Flow) =>
  new MillraceError("FLOW_CHANGED", {
    details: { flow: name, revision, who: "somebody", what: `look at it again and ask for revision ${revision}` },
  });
const quoted = (name: string): string => `'${oneLine(name)}'`;
const nameOf = ({ name }: { name: string }): string => ` of ${quoted(name)}`;
const versionOf = ({ version }: Flow) => version;
const kindOf = (deed: ApprovalDeed): Kind<ApprovalDeed> => kinds[deed.kind] as unknown as Kind<ApprovalDeed>;

/** What a deed is called, as the end of "asks to", and the deed as it is kept. Throws what is wrong with it. */
export const checkDeed = (deed: ApprovalDeed, workspaceId: string, parts: DeedParts): Promise<{ title: string; deed: ApprovalDeed }> =>
  kindOf(deed).check(deed, workspaceId, parts);

/** Throws CONFLICT where what the deed is about is not what was shown to whoever approves it, and what else is wrong with it by now. */
export async function checkUnchanged(deed: ApprovalDeed, workspaceId: string, parts: DeedParts): Promise<void> {
  const { title, deed: now } = await checkDeed(deed, workspaceId, parts);
  if (seenOf(now) !== seenOf(deed))
    throw conflict(`What it is about was changed since this was asked. Nothing was done: look at it again, and ask again to ${title}`);
}
const seenOf = (deed: ApprovalDeed): string | undefined => ("seen" in deed ? deed.seen : undefined);

/** The scope that a deed needs, of whoever approves it. */
export const scopeOfDeed = (deed: ApprovalDeed): Scope => kindOf(deed).scope;

/** Does a deed as the owner of the client. Throws what the route answers. */
export const performDeed = (deed: ApprovalDeed, client: Client): Promise<Outcome> => kindOf(deed).perform(deed, client);

/** A deed as it was kept. */
export const keptDeed = (json: Json): ApprovalDeed => approvalDeed.parse(json);
