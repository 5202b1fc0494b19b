import type { MappingTemplate, PartFile, PartImportBody, PartImportReply, Rule } from "#api/schemas.ts";
import { rulesOf, usesAllSegments } from "#engine/flow/rule-uses.ts";
import type { Rules } from "#engine/mapping/rule-format.ts";
import { asksSegments, rulesInInput } from "#engine/mapping/rule-names.ts";
import type { FlowDefinition } from "#engine/types/flows.ts";
import { defined } from "#kernel/defined.ts";
import { MillraceError } from "#kernel/errors.ts";
import { canonicalJson } from "#kernel/json.ts";
import { createPace, eachAtPace } from "#kernel/pace.ts";
import type { PartsOfKind } from "./parts-of-kind.ts";

interface PartFileParts {
  rules: PartsOfKind<Rule>;
  mappings: PartsOfKind<MappingTemplate>;
  draft(workspaceId: string, flow: string): Promise<FlowDefinition>;
}

/** Which parts to export. Without any, all. */
export interface Wanted {
  flow?: string | undefined;
  rules?: string | undefined;
  mappings?: string | undefined;
}

type Imported = PartImportReply["parts"][number];

/** Rules and mapping templates as files. A part brings the rules that it uses. */
export class PartFiles {
  readonly #parts: PartFileParts;
  readonly #pace = createPace();

  constructor(parts: PartFileParts) {
    this.#parts = parts;
  }

  /** The rules that a flow uses; those that are gone are left out. Where it asks which segments somebody is in, that is all segments. */
  async ofFlow(workspaceId: string, flow: FlowDefinition): Promise<PartFile> {
    const names = rulesOf(flow);
    const all = usesAllSegments(flow);
    const rules = (await this.#parts.rules.list(workspaceId))
      .filter(({ name, definition }) => names.has(name) || (all && definition.kind === "segment"))
      .map(({ name, definition }) => [name, definition] as const);
    return rules.length === 0 ? {} : { rules: Object.fromEntries(rules) };
  }

  async export(workspaceId: string, { flow, rules, mappings }: Wanted): Promise<PartFile> {
    const all = flow === undefined && rules === undefined && mappings === undefined;
    const templates = await this.#mappings(workspaceId, all ? null : namesIn(mappings));
    const names = new Set(namesIn(rules));
    const ofFlow = flow === undefined ? {} : await this.ofFlow(workspaceId, await this.#parts.draft(workspaceId, flow));
    for (const name of Object.keys(ofFlow.rules ?? {})) names.add(name);
    for (const { input } of Object.values(templates)) rulesInInput(input, names);
    if (Object.values(templates).some(({ input }) => asksSegments(JSON.stringify(input))))
      for (const { name, definition } of await this.#parts.rules.list(workspaceId)) if (definition.kind === "segment") names.add(name);
    const used = await this.#rules(workspaceId, all ? null : [...names]);
    return { ...(hasAny(used) && { rules: used }), ...(hasAny(templates) && { mappings: templates }) };
  }

  /** Throws BAD_INPUT naming the rule that could not be saved here. */
  checkRules(workspaceId: string, rules: NonNullable<PartFile["rules"]>): void {
    for (const [name, rule] of Object.entries(rules))
      this.#parts.rules.check(workspaceId, name, rule, { prefix: `rules.${name}.`, beside: rules });
  }

  /** Everything is checked before anything is saved. */
  async import(workspaceId: string, { rules = {}, mappings = {}, existing }: PartImportBody, by?: string): Promise<PartImportReply> {
    const how = { existing, beside: rules };
    const plans = [
      ...(await this.#plan(workspaceId, "rule", this.#parts.rules, rules, how)),
      ...(await this.#plan(workspaceId, "mapping", this.#parts.mappings, mappings, how)),
    ];
    const others = plans.filter(({ did }) => did === "stop").map(({ title }) => `'${title}'`);
    if (others.length > 0) {
      const problem = `${others.join(", ")} ${others.length === 1 ? "is" : "are"} here already, and different. Nothing was imported: choose whether to keep or to replace what is here`;
      throw new MillraceError("CONFLICT", {
        details: { problem, parts: plans.filter(({ did }) => did === "stop").map(({ name }) => name) },
      });
    }
    await this.#parts.rules.requireRoom(workspaceId, newIn("rule", plans));
    await this.#parts.mappings.requireRoom(workspaceId, newIn("mapping", plans));
    for (const plan of plans) await plan.save(by);
    return { parts: plans.map(({ kind, name, title, did }) => ({ kind, name, title, did }) as Imported) };
  }

  async #plan<D extends { title: string }>(
    workspaceId: string,
    kind: Imported["kind"],
    parts: PartsOfKind<D>,
    definitions: Readonly<Record<string, D>>,
    { existing, beside }: { existing: PartImportBody["existing"]; beside: Rules },
  ) {
    const plan = async ([name, definition]: [string, D]) => {
      const before = await parts.find(workspaceId, name);
      if (before) parts.requireReplaceable(before, definition, `${kind}s.${name}.`);
      const did = decide(before?.definition, definition, existing);
      const save = async (by?: string) => {
        // What somebody else has made of it since the plan is not overwritten.
        const replaces = before?.version ?? 0;
        if (did === "created" || did === "replaced") await parts.put(workspaceId, name, definition, { replaces, ...defined({ by }) });
      };
      return { kind, name, title: definition.title, did, save };
    };
    const entries = Object.entries(definitions);
    await eachAtPace(entries, this.#pace, ([name, definition]) =>
      parts.check(workspaceId, name, definition, { prefix: `${kind}s.${name}.`, beside }),
    );
    return Promise.all(entries.map(plan));
  }

  async #rules(workspaceId: string, names: readonly string[] | null): Promise<Record<string, Rule>> {
    return this.#definitions(workspaceId, this.#parts.rules, names);
  }

  async #mappings(workspaceId: string, names: readonly string[] | null): Promise<Record<string, MappingTemplate>> {
    return this.#definitions(workspaceId, this.#parts.mappings, names);
  }

  async #definitions<D extends { title: string }>(
    workspaceId: string,
    parts: PartsOfKind<D>,
    names: readonly string[] | null,
  ): Promise<Record<string, D>> {
    const all = names === null ? await parts.list(workspaceId) : await Promise.all(names.map((name) => parts.get(workspaceId, name)));
    return Object.fromEntries(all.map(({ name, definition }) => [name, definition]));
  }
}

const newIn = (kind: Imported["kind"], plans: readonly { kind: Imported["kind"]; did: string }[]): number =>
  plans.filter((plan) => plan.kind === kind && plan.did === "created").length;

function decide(before: unknown, after: unknown, existing: PartImportBody["existing"]): Imported["did"] | "stop" {
  if (before === undefined) return "created";
  if (canonicalJson(before) === canonicalJson(after)) return "same";
  return existing === "keep" ? "kept" : existing === "replace" ? "replaced" : "stop";
}

const namesIn = (text: string | undefined): string[] => (text ?? "").split(",").filter((name) => name !== "");
const hasAny = (record: object): boolean => Object.keys(record).length > 0;
