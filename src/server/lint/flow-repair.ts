import { kindOf } from "#catalog/pins.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { Lookup } from "#catalog/types.ts";
import type { Engine, ReplayResult } from "#engine/api.ts";
import { doesTheSame } from "#engine/flow/compare.ts";
import { placesOf } from "#engine/lint/places.ts";
import { repaired, type Repair } from "#engine/lint/repair.ts";
import type { Place } from "#engine/lint/spots.ts";
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

export interface FlowRepairParts {
  engine: Pick<Engine, "flows" | "dryRun" | "samples" | "replay">;
  lint: Pick<LintService, "soon" | "check">;
  references: ReferenceStore;
  pins: Pick<PinBook, "forget">;
  connection(workspaceId: string, name: string): Promise<Connection | null>;
  catalog: Catalog;
}

/** Writes another name in place of one that is gone. */
export class FlowRepair {
  readonly #parts: FlowRepairParts;

  constructor(parts: FlowRepairParts) {
    this.#parts = parts;
  }

  /** Tries the repair dry, changes the draft, publishes it where it holds nothing else, and replays what had stopped. */
  async repair(workspaceId: string, flowId: string, request: RepairRequest, by?: string): Promise<Repaired> {
    const { flows } = this.#parts.engine;
    const flow = await flows.get(workspaceId, flowId);
    const ahead = await this.#isDraftAhead(flow);
    const isSame = request.from === request.to;
    const definition = isSame ? flow.draft : this.#mended(flow, request, ahead);
    if (isSame) await this.#keepName(flow, request);
    const isComplete = flows.problems(workspaceId, definition).length === 0;
    const tried = isComplete ? await this.#tryDry(flow, definition, request.force) : null;
    if (!isSame) await flows.save(workspaceId, flowId, definition, defined({ by }));
    const kept = isSame ? null : whyKept(flow, ahead);
    if (kept === null && !isSame) await flows.publish(workspaceId, flowId, defined({ by }));
    const changed = await flows.get(workspaceId, flowId);
    const replay = kept === null ? await this.#replay(workspaceId, request.replay) : null;
    await this.#check(changed);
    return { flow: changed, published: kept === null, kept, tried, replay };
  }

  /** Whether the draft differs from what runs. */
  async #isDraftAhead(flow: Flow): Promise<boolean> {
    if (flow.version === null) return true;
    return !doesTheSame(await this.#parts.engine.flows.version(flow.workspaceId, flow.id, flow.version), flow.draft);
  }

  /** A draft that is ahead may lack something, so it is not checked. */
  #mended({ workspaceId, draft }: Flow, repair: Repair, ahead: boolean): FlowDefinition {
    const mended = repaired(draft, repair);
    const definition = ahead ? mended : this.#parts.engine.flows.parse(workspaceId, mended);
    if (canonicalJson(definition) === canonicalJson(draft)) throw nothingToMend(repair);
    return definition;
  }

  /** A person said that the name means what has it now: what it stood for before is forgotten. */
  async #keepName({ workspaceId, id, draft }: Flow, { step, field, from }: Repair): Promise<void> {
    const { connection, pins, references } = this.#parts;
    const place = placesOf(draft).find((one) => one.step === step);
    const login = place?.connection === undefined ? null : await connection(workspaceId, place.connection);
    if (!place || !login) return;
    const lookup = this.#lookupOf(workspaceId, place, field);
    if (lookup) await pins.forget(login, kindOf(lookup), from);
    const earlier = await references.list(workspaceId, id);
    const others = earlier.filter(({ text }) => text !== from);
    await references.replace(workspaceId, id, others);
  }

  #lookupOf(workspaceId: string, { app, operation }: Place, field: string): Lookup | undefined {
    const { catalog } = this.#parts;
    const called = webhooksOf(catalog)(workspaceId, app, operation)?.reconcile?.operation ?? operation;
    const inputs = catalog.of(workspaceId).operation(app, called)?.input;
    return inputs?.find(({ name }) => name === field.split(".")[0])?.lookup;
  }

  async #tryDry(flow: Flow, definition: FlowDefinition, force: boolean): Promise<Repaired["tried"]> {
    const { engine } = this.#parts;
    const trigger = await engine.flows.trigger(flow);
    // What really came, which may stand behind a start of this moment: what is made up may fail for reasons of its own.
    const sample = (await engine.samples(flow.workspaceId, flow.id, 2)).find(({ from }) => from === "event");
    if (!sample) return null;
    const cause = { purpose: "dry_run", flowId: flow.id } as const;
    const { outcome, summary, error } = await engine.dryRun(flow.workspaceId, { definition, triggerId: trigger.id, cause }, sample.payload);
    if (outcome !== "failed" || force) return { outcome, summary };
    const problem = `A dry run of the newest event still fails, so nothing was changed: ${error?.message ?? summary}`;
    throw new MillraceError("CONFLICT", { details: { problem: problem.replace(/\.$/, ""), dryRun: error } });
  }

  async #replay(workspaceId: string, ids: readonly string[]): Promise<ReplayResult | null> {
    if (ids.length === 0) return null;
    return await this.#parts.engine.replay(workspaceId, { ids: [...ids], from: "failed", version: "published" });
  }

  /** At once, for the answer; where that fails, soon. */
  async #check(flow: Flow): Promise<void> {
    const { lint } = this.#parts;
    await lint.check(flow).catch(() => lint.soon(flow));
  }
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
