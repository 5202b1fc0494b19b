import { appDefinition, type AppDefinition } from "#api/schemas/apps.ts";
import type { DefinitionComparison } from "#api/schemas/app-drafts.ts";
import type { AppRegistry, Catalog } from "#catalog/registry.ts";
import type { Operation } from "#catalog/types.ts";
import { compareDefinitions } from "#definitions/compare.ts";
import type { FlowService } from "#engine/api.ts";
import { lintFlow } from "#engine/lint/lint.ts";
import { placesOf } from "#engine/lint/places.ts";
import type { LintReader } from "#engine/lint/types.ts";
import type { FlowDefinition } from "#engine/types/flows.ts";
import { badInput, MillraceError, notFound } from "#kernel/errors.ts";
import { checkApp } from "./check-app.ts";
import { ownApp, type OwnApps } from "./own-apps.ts";

export interface AppComparisonParts {
  registry: AppRegistry;
  own: Pick<OwnApps, "row">;
  flows: Pick<FlowService, "list" | "published">;
  /** What the checks of flows ask, with this catalog in place of the saved one. */
  reader(workspaceId: string, catalog: Catalog): LintReader;
}

/** How many comparisons of one workspace may be wanted at once: one is made, the others wait for it. */
const mostOfWorkspace = 3;

/** Says what another definition of an app would change, before it is saved. One at a time for a workspace: a large one keeps the process busy. */
export class AppComparison {
  readonly #parts: AppComparisonParts;
  readonly #turns = new Map<string, { last: Promise<unknown>; wanted: number }>();

  constructor(parts: AppComparisonParts) {
    this.#parts = parts;
  }

  /** Throws BAD_INPUT where the definition could not be saved, TOO_MANY_REQUESTS where others of the workspace wait already. */
  async compare(workspaceId: string, id: string, definition: Record<string, unknown>): Promise<DefinitionComparison> {
    const line = this.#turns.get(workspaceId) ?? { last: Promise.resolve(), wanted: 0 };
    if (line.wanted >= mostOfWorkspace) throw new MillraceError("TOO_MANY_REQUESTS", { details: { seconds: 5 } });
    line.wanted++;
    this.#turns.set(workspaceId, line);
    const turn = line.last.then(nextTurn).then(() => this.#compare(workspaceId, id, definition));
    line.last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      line.wanted--;
      if (line.wanted === 0) this.#turns.delete(workspaceId);
    }
  }

  async #compare(workspaceId: string, id: string, definition: Record<string, unknown>): Promise<DefinitionComparison> {
    const row = this.#parts.own.row(workspaceId, id);
    if (!row) throw notFound("app of this workspace", id);
    const after = this.#read(definition);
    const before = appDefinition.parse(JSON.parse(row.definition));
    return { changes: compareDefinitions(before, after), flows: await this.#flows(workspaceId, id, after) };
  }

  #read(definition: Record<string, unknown>): AppDefinition {
    const read = appDefinition.safeParse(definition);
    if (!read.success) {
      const [issue] = read.error.issues;
      throw badInput(["definition", ...(issue?.path ?? [])].join("."), issue?.message ?? "is no definition of an app");
    }
    const { millraceApp: _, ...after } = read.data;
    try {
      checkApp(after, this.#parts.registry.hooks);
    } catch (thrown) {
      if (!(thrown instanceof MillraceError) || thrown.code !== "BAD_INPUT") throw thrown;
      throw badInput(`definition.${String(thrown.details["field"])}`, String(thrown.details["problem"]));
    }
    return after;
  }

  /** The flows that would fail with the new definition and do not fail today, by their draft or by what runs. */
  async #flows(workspaceId: string, id: string, after: AppDefinition): Promise<DefinitionComparison["flows"]> {
    const { registry, flows, reader } = this.#parts;
    const preview = registry.preview(workspaceId, ownApp(id, after));
    const [today, then] = [registry, { of: () => preview }].map((catalog) => quiet(reader(workspaceId, catalog)));
    const [all, published] = await Promise.all([flows.list(workspaceId), flows.published(workspaceId)]);
    const affected: DefinitionComparison["flows"] = [];
    for (const flow of all) {
      const problems = new Set<string>();
      for (const definition of [published.get(flow.id), flow.draft]) {
        if (!definition || !uses(definition, id)) continue;
        const before = new Set(await faults(definition, id, today!));
        for (const problem of await faults(definition, id, then!)) if (!before.has(problem)) problems.add(problem);
      }
      if (problems.size > 0) affected.push({ id: flow.id, name: flow.name, problems: [...problems] });
    }
    return affected;
  }
}

/** Whatever else came meanwhile goes first. */
const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const uses = (definition: FlowDefinition, app: string): boolean => placesOf(definition).some((place) => place.app === app);

/** Asks no other system: only what the definition changes is wanted. */
const quiet = (reader: LintReader): LintReader => ({ ...reader, rows: async () => ({ unchecked: "it was not asked" }) });

/** What of a flow would fail: by the check of flows, and by the inputs that its places fill. */
async function faults(definition: FlowDefinition, app: string, reader: LintReader): Promise<string[]> {
  const findings = await lintFlow(definition, reader, [], 0).then(
    (linted) => linted.findings,
    () => [], // an expression that cannot be read is no news of the app
  );
  const errors = findings.filter(({ level }) => level === "error").map(({ step, problem }) => ofStep(step, problem));
  const inputs = placesOf(definition).flatMap((place) => {
    const operation = place.app === app ? reader.operation(app, place.operation) : null;
    return operation ? inputFaults(place.input, operation).map((problem) => ofStep(place.step, problem)) : [];
  });
  return [...errors, ...inputs];
}

function inputFaults(input: Record<string, unknown>, { title, input: fields }: Operation): string[] {
  const known = new Set(fields.map(({ name }) => name));
  const lost = Object.keys(input).filter((name) => !name.startsWith("$") && !known.has(name));
  const missing = fields.filter(({ name, required, fill }) => required && !fill && !Object.hasOwn(input, name));
  return [
    ...lost.map((name) => `'${title}' does not take '${name}'`),
    ...missing.map(({ name, label }) => `'${title}' needs '${label ?? name}', and the flow does not fill it in`),
  ];
}

const ofStep = (step: string | null, problem: string): string => `${step === null ? "The trigger" : `The step '${step}'`}: ${problem}.`;
