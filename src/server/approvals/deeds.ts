/** What can be asked of a person: whether it makes sense, and what it is called. */
import { approvalDeed, type ApprovalDeed } from "#api/schemas.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { Engine } from "#engine/api.ts";
import type { Flow } from "#engine/types/flows.ts";
import { MillraceError, notFound } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";
import { plural } from "#kernel/words.ts";

export interface DeedParts {
  engine: Pick<Engine, "runs" | "flows">;
  catalog: Catalog;
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
    return { title: `publish '${flow.name}'`, deed };
  },
  async switch_on(deed, workspaceId, { engine }) {
    const flow = await engine.flows.get(workspaceId, deed.flow);
    if (flow.version === null) throw new MillraceError("FLOW_NOT_PUBLISHED", { details: { id: flow.name } });
    return { title: `turn on '${flow.name}'`, deed };
  },
  async replay(deed, workspaceId, { engine }) {
    const unique = [...new Set(deed.runs)];
    const runs = await engine.runs(workspaceId, { ids: unique }, { limit: unique.length });
    const missing = unique.find((id) => !runs.some((run) => run.id === id));
    if (missing !== undefined) throw notFound("run", missing);
    const flows = [...new Set(runs.map(({ flowId }) => flowId))];
    const name = flows.length === 1 ? await engine.flows.get(workspaceId, flows[0]!).then(nameOf, () => "") : "";
    return { title: `replay ${plural(runs.length, "run")}${name}`, deed: { ...deed, runs: unique } };
  },
  async call(deed, workspaceId, { catalog }) {
    const { app = "", operation: id } = deed;
    const own = catalog.of(workspaceId);
    const found = app === "" ? own.main : own.app(app);
    const operation = found && own.operation(found.id, id);
    if (!found || !operation)
      throw new MillraceError("OPERATION_UNKNOWN", { details: { operation: id, app: found?.title ?? app, hint: "" } });
    return { title: `call '${operation.title}' in ${found.title}`, deed: { ...deed, app: found.id } };
  },
};

const changed = ({ name, revision }: Flow) =>
  new MillraceError("FLOW_CHANGED", {
    details: { flow: name, revision, who: "somebody", what: `look at it again and ask for revision ${revision}` },
  });
const nameOf = ({ name }: { name: string }): string => ` of '${name}'`;
/** Validates a deed. Returns its title, as the end of "asks to", and the form that is stored. Throws what is wrong with it. */
export const checkDeed = (deed: ApprovalDeed, workspaceId: string, parts: DeedParts): Promise<CheckedDeed> =>
  (checks[deed.kind] as Check<ApprovalDeed>)(deed, workspaceId, parts);

/** A deed as it was stored. */
export const keptDeed = (json: Json): ApprovalDeed => approvalDeed.parse(json);
