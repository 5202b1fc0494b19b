import { kindOf } from "#catalog/pins.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { Engine, ReplayResult } from "#engine/api.ts";
import { doesTheSame } from "#engine/flow/compare.ts";
import { placesOf } from "#engine/lint/places.ts";
import { repaired, type Repair } from "#engine/lint/repair.ts";
import type { Flow, FlowDefinition } from "#engine/types/flows.ts";
import type { ReferenceStore } from "#engine/ports/reference-store.ts";
import { defined } from "#kernel/defined.ts";
import { MillraceError } from "#kernel/errors.ts";
import { canonicalJson } from "#kernel/json.ts";
import type { Connection } from "#vault/types.ts";
import { webhooksOf } from "../catalog/knowledge.ts";
import type { LintService } from "./lint-service.ts";
import type { PinBook } from "../connections/pin-book.ts";

export interface RepairRequest extends Repair {
  /** Runs that stopped for it, to be replayed from where they stopped once it is published. */
  replay: readonly string[];
  /** Goes on where the dry run fails. */
  force: boolean;
}

export interface Repaired {
  flow: Flow;
  published: boolean;
  /** Why only the draft was changed; null where it was published. */
  kept: string | null;
  /** What the new definition would do with the newest event; null where there was none to try. */
  tried: { outcome: string; summary: string } | null;
  replay: ReplayResult | null;
}

export interface FlowRepair {
  /** Writes another name in place of one that is gone: tries it dry, changes the draft, publishes, and replays what had stopped. */
  repair(workspaceId: string, flowId: string, request: RepairRequest, by?: string): Promise<Repaired>;
}

export interface FlowRepairParts {
  engine: Pick<Engine, "flows" | "dryRun" | "samples" | "replay">;
  lint: Pick<LintService, "soon" | "check">;
  references: ReferenceStore;
  pins: Pick<PinBook, "forget">;
  connection(workspaceId: string, name: string): Promise<Connection | null>;
  catalog: Catalog;
}

export function createFlowRepair(parts: FlowRepairParts): FlowRepair {
  const { engine, lint, references } = parts;
  const { flows } = engine;

  /** What runs, where it differs from the draft by more than the repair. */
  async function isDraftAhead(flow: Flow): Promise<boolean> {
    if (flow.version === null) return true;
    return !doesTheSame(await flows.version(flow.workspaceId, flow.id, flow.version), flow.draft);
  }

  /** A person said that the name means what has it now: what it stood for before is forgotten. */
  async function keepName(flow: Flow, { step, field, from }: Repair): Promise<void> {
    const place = placesOf(flow.draft).find((one) => one.step === step);
    const login = place?.connection === undefined ? null : await parts.connection(flow.workspaceId, place.connection);
    if (!place || !login) return;
    const called = webhooksOf(parts.catalog)(flow.workspaceId, place.app, place.operation)?.reconcile?.operation ?? place.operation;
    const lookup = parts.catalog
      .of(flow.workspaceId)
      .operation(place.app, called)
      ?.input.find(({ name }) => name === field.split(".")[0])?.lookup;
    if (lookup) await parts.pins.forget(login, kindOf(lookup), from);
    const earlier = await references.list(flow.workspaceId, flow.id);
    await references.replace(
      flow.workspaceId,
      flow.id,
      earlier.filter(({ text }) => text !== from),
    );
  }

  async function tryDry(flow: Flow, definition: FlowDefinition, force: boolean): Promise<Repaired["tried"]> {
    const trigger = await flows.trigger(flow);
    // What really came: an example of the catalog may fail for reasons of its own.
    const sample = (await engine.samples(flow.workspaceId, flow.id, 1)).find(({ from }) => from === "event");
    if (!sample) return null;
    const { outcome, summary, error } = await engine.dryRun(flow.workspaceId, { definition, triggerId: trigger.id }, sample.payload);
    if (outcome !== "failed" || force) return { outcome, summary };
    const problem = `A dry run of the newest event still fails, so nothing was changed: ${error?.message ?? summary}`;
    throw new MillraceError("CONFLICT", { details: { problem: problem.replace(/\.$/, ""), dryRun: error } });
  }

  return {
    async repair(workspaceId, flowId, { replay, force, ...repair }, by) {
      const flow = await flows.get(workspaceId, flowId);
      const ahead = await isDraftAhead(flow);
      const same = repair.from === repair.to;
      const mended = same ? flow.draft : repaired(flow.draft, repair);
      const definition = same || ahead ? mended : flows.parse(workspaceId, mended); // a draft that is ahead may lack something
      if (!same && canonicalJson(definition) === canonicalJson(flow.draft)) throw nothingToMend(repair);
      if (same) await keepName(flow, repair);
      const isComplete = flows.problems(workspaceId, definition).length === 0;
      const tried = isComplete ? await tryDry(flow, definition, force) : null;
      if (!same) await flows.save(workspaceId, flowId, definition, defined({ by }));
      const kept = same ? null : whyKept(flow, ahead);
      if (kept === null && !same) await flows.publish(workspaceId, flowId, defined({ by }));
      const changed = await flows.get(workspaceId, flowId);
      const replayed =
        kept === null && replay.length > 0
          ? await engine.replay(workspaceId, { ids: [...replay], from: "failed", version: "published" })
          : null;
      await lint.check(changed).catch(() => lint.soon(changed));
      return { flow: changed, published: kept === null, kept, tried, replay: replayed };
    },
  };
}

function whyKept({ status }: Flow, ahead: boolean): string | null {
  if (status === "draft") return "The draft is changed. The flow is not published yet.";
  if (ahead)
    return "The draft is changed and not published, because it has other changes that are not published either. Publish the flow when they are ready.";
  return status === "off" ? "The draft is changed. The flow is off, so it was not published." : null;
}

const nothingToMend = ({ from }: Repair) =>
  new MillraceError("CONFLICT", {
    details: {
      problem: `The draft does not name '${from}' there. It may be mended already, or an event gives the name: open the flow to see`,
    },
  });
