/** What can be asked of a person: whether it makes sense, what it is called, and whether it still is what was shown. */
import { approvalDeed, type ApprovalDeed } from "#api/schemas.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { Engine } from "#engine/api.ts";
import type { Flow } from "#engine/types/flows.ts";
import { contentHash } from "#kernel/digest.ts";
import { conflict, MillraceError, notFound } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";
import { oneLine } from "#kernel/one-line.ts";
import { plural } from "#kernel/words.ts";
import type { Vault } from "#vault/vault.ts";

export interface DeedParts {
  engine: Pick<Engine, "runs" | "flows">;
  catalog: Catalog;
  vault: Pick<Vault, "find">;
}

/** A valid deed: its title ("publish 'New leads'"), and the form that is stored. */
interface CheckedDeed {
  title: string;
  deed: ApprovalDeed;
}

type DeedOf<K> = Extract<ApprovalDeed, { kind: K }>;
type Check<Deed> = (deed: Deed, workspaceId: string, parts: DeedParts) => Promise<CheckedDeed>;

const checks: { [K in ApprovalDeed["kind"]]: Check<DeedOf<K>> } = {
  async publish(deed, workspaceId, { engine }) {
    const { flow: id, revision } = deed;
    const flow = await engine.flows.get(workspaceId, id);
    if (flow.revision !== revision) throw changed(flow);
    return { title: `publish ${quoted(flow.name)}`, deed };
  },
  async switch_on(deed, workspaceId, { engine }) {
    const flow = await engine.flows.get(workspaceId, deed.flow);
    if (flow.version === null) throw new MillraceError("FLOW_NOT_PUBLISHED", { details: { id: flow.name } });
    return { title: `turn on ${quoted(flow.name)}`, deed: { ...deed, seen: contentHash([flow.name, flow.version]) } };
  },
  async replay(deed, workspaceId, { engine }) {
    const unique = [...new Set(deed.runs)];
    const runs = await engine.runs(workspaceId, { ids: unique }, { limit: unique.length });
    const missing = unique.find((id) => !runs.some((run) => run.id === id));
    if (missing !== undefined) throw notFound("run", missing);
    const flows = [...new Set(runs.map(({ flowId }) => flowId))];
    const name = flows.length === 1 ? await engine.flows.get(workspaceId, flows[0]!).then(nameOf, () => "") : "";
    const versions = flows.toSorted().map((id) => engine.flows.get(workspaceId, id).then(versionOf, () => null));
    const seen = contentHash(deed.version === "published" ? await Promise.all(versions) : null);
    return { title: `replay ${plural(runs.length, "run")}${name}`, deed: { ...deed, runs: unique, seen } };
  },
  async call(deed, workspaceId, { catalog, vault }) {
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
};

const changed = ({ name, revision }: Flow) =>
  new MillraceError("FLOW_CHANGED", {
    details: { flow: name, revision, who: "somebody", what: `look at it again and ask for revision ${revision}` },
  });
const quoted = (name: string): string => `'${oneLine(name)}'`;
const nameOf = ({ name }: { name: string }): string => ` of ${quoted(name)}`;
const versionOf = ({ version }: Flow) => version;

/** Validates a deed. Returns its title, as the end of "asks to", and the form that is stored. Throws what is wrong with it. */
export const checkDeed = (deed: ApprovalDeed, workspaceId: string, parts: DeedParts): Promise<CheckedDeed> =>
  (checks[deed.kind] as Check<ApprovalDeed>)(deed, workspaceId, parts);

/** Throws CONFLICT where what the deed is about is not what was shown to whoever approves it, and what else is wrong with it by now. */
export async function checkUnchanged(deed: ApprovalDeed, workspaceId: string, parts: DeedParts): Promise<void> {
  const { title, deed: now } = await checkDeed(deed, workspaceId, parts);
  if (seenOf(now) !== seenOf(deed))
    throw conflict(`What it is about was changed since this was asked. Nothing was done: look at it again, and ask again to ${title}`);
}
const seenOf = (deed: ApprovalDeed): string | undefined => ("seen" in deed ? deed.seen : undefined);

/** A deed as it was stored. */
export const keptDeed = (json: Json): ApprovalDeed => approvalDeed.parse(json);
