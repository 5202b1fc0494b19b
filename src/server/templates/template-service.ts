import type { FlowTemplate, InstallBody, SetupView, TemplateDetail, TemplateOffer, TemplateView } from "#api/schemas.ts";
import { setupSteps } from "#api/schemas.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { FlowService } from "#engine/api.ts";
import { ruleUses } from "#engine/flow/rule-uses.ts";
import type { Titles } from "#engine/flow/knowledge.ts";
import type { Flow } from "#engine/types/flows.ts";
import type { Clock } from "#kernel/clock.ts";
import { badInput, MillraceError } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import type { SetupStore, TemplateRow, TemplateStore } from "#storage/template-store.ts";
import { builtInTemplates } from "#templates/built-in/index.ts";
import { describeFlow, scopesAt } from "#templates/describe.ts";
import { fillTemplate } from "#templates/fill.ts";
import { type SetupQuestions, setupQuestions } from "#templates/format.ts";
import { templateOf } from "#templates/offer.ts";
import { questionsOf, readChoice } from "#templates/places.ts";
import type { Receiver } from "#templates/receivers.ts";
import { freeName } from "../flows/free-name.ts";
import type { PartFiles } from "../parts/part-files.ts";

/** A connection as far as it matters to a template. */
interface Candidate {
  name: string;
  app: string;
  status: string;
}

export interface TemplateServiceParts {
  templates: TemplateStore;
  setups: SetupStore;
  flows: Pick<FlowService, "create" | "parse" | "get" | "list">;
  connections(workspaceId: string): Promise<readonly Candidate[]>;
  partFiles: Pick<PartFiles, "ofFlow" | "checkRules" | "import">;
  catalog: Catalog;
  titlesOf(workspaceId: string): Titles;
  /** Whether an app comes with Millrace, and so is not the workspace's own. */
  isBuiltIn(app: string): boolean;
  clock: Clock;
}

const mostTemplates = 500;

/** Flow templates and the set-ups of flows made from them. `by`: who makes a change, for the list of changes. */
export class TemplateService {
  readonly #parts: TemplateServiceParts;

  constructor(parts: TemplateServiceParts) {
    this.#parts = parts;
  }

  /** The workspace's own, then those that come with Millrace. */
  async list(workspaceId: string): Promise<TemplateView[]> {
    const rows = await this.#parts.templates.list(workspaceId);
    return [
      ...rows.map((row) => this.#view(workspaceId, row.id, definitionOf(row), row.updatedAt)),
      ...Object.entries(builtInTemplates).map(([id, template]) => this.#view(workspaceId, id, template, null)),
    ];
  }

  async get(workspaceId: string, id: string): Promise<TemplateDetail> {
    const { template, updatedAt } = await this.#find(workspaceId, id);
    return { ...this.#view(workspaceId, id, template, updatedAt), definition: template };
  }

  async create(workspaceId: string, body: FlowTemplate, by?: string): Promise<TemplateDetail> {
    const { templates, clock } = this.#parts;
    const template = this.#checked(workspaceId, body);
    if ((await templates.count(workspaceId)) >= mostTemplates)
      throw new MillraceError("CONFLICT", { details: { problem: `There are ${mostTemplates} templates already. Delete one first` } });
    const now = clock.now();
    const id = newId("tpl", now);
    const definition = JSON.stringify(template);
    await templates.insert({ id, workspaceId, title: template.title, definition, createdAt: now, updatedAt: now }, by);
    return this.get(workspaceId, id);
  }

  async replace(workspaceId: string, id: string, body: FlowTemplate, by?: string): Promise<TemplateDetail> {
    const { templates, clock } = this.#parts;
    requireOwn(id);
    const template = this.#checked(workspaceId, body);
    const change = { title: template.title, definition: JSON.stringify(template), updatedAt: clock.now() };
    if (!(await templates.update(workspaceId, id, change, by))) throw notFound(id);
    return this.get(workspaceId, id);
  }

  async remove(workspaceId: string, id: string, by?: string): Promise<void> {
    requireOwn(id);
    if (!(await this.#parts.templates.remove(workspaceId, id, by))) throw notFound(id);
  }

  /** Makes a flow of a template, and the rules it uses, and begins its set-up. CONFLICT where another rule of the name is there. */
  async install(workspaceId: string, id: string, answers: NonNullable<InstallBody>, by?: string): Promise<Flow> {
    const { flows, setups, partFiles, clock } = this.#parts;
    const { template } = await this.#find(workspaceId, id);
    const connections = await this.#connectionsFor(workspaceId, questionsOf(template).connections, answers.connections ?? {});
    const filled = fillTemplate(template, { ...answers, connections, choices: answers.choices ?? {} }, this.#receivers(workspaceId));
    if (template.rules) await partFiles.import(workspaceId, { rules: template.rules, existing: answers.existing ?? "stop" }, by);
    const name = answers.name ?? (await this.#freeName(workspaceId, filled.name));
    const flow = await flows.create(workspaceId, { ...filled, name }, by);
    const questions = JSON.stringify(questionsOf(template));
    await setups.insert(workspaceId, { flowId: flow.id, questions, step: 1 }, clock.now());
    return flow;
  }

  async #freeName(workspaceId: string, name: string): Promise<string> {
    const flows = await this.#parts.flows.list(workspaceId);
    return freeName(
      name,
      flows.map((flow) => flow.name),
    );
  }

  /** A template made of a flow's draft. */
  async offer(workspaceId: string, flowId: string): Promise<TemplateOffer> {
    const { flows, partFiles, catalog, titlesOf } = this.#parts;
    const { draft } = await flows.get(workspaceId, flowId);
    const flow = flows.parse(workspaceId, draft);
    const { template, suggested } = templateOf(flow, catalog.of(workspaceId), titlesOf(workspaceId));
    return { template: { ...template, ...(await partFiles.ofFlow(workspaceId, flow)) }, suggested };
  }

  /** The set-up of a flow; null where it is not being set up. */
  async setup(workspaceId: string, flowId: string): Promise<SetupView | null> {
    const { flows, setups, catalog } = this.#parts;
    const { draft } = await flows.get(workspaceId, flowId);
    const row = await setups.get(workspaceId, flowId);
    if (!row) return null;
    const { starts, does } = describeFlow(draft, this.#parts.titlesOf(workspaceId));
    const { title, about, connections, choices, example } = setupQuestions.parse(JSON.parse(row.questions));
    return {
      step: row.step,
      title,
      about,
      connections: connections.map((each) => ({ ...each, scopes: scopesAt(draft, each.at, choices, catalog.of(workspaceId)) })),
      choices: choices.filter((choice) => readChoice(draft, choice) !== null),
      ...(example && { example }),
      starts,
      does,
    };
  }

  async moveSetup(workspaceId: string, flowId: string, step: number): Promise<SetupView | null> {
    await this.#parts.flows.get(workspaceId, flowId);
    if (!(await this.#parts.setups.setStep(workspaceId, flowId, Math.min(step, setupSteps)))) throw noSetup(flowId);
    return this.setup(workspaceId, flowId);
  }

  async endSetup(workspaceId: string, flowId: string): Promise<void> {
    await this.#parts.flows.get(workspaceId, flowId);
    if (!(await this.#parts.setups.remove(workspaceId, flowId))) throw noSetup(flowId);
  }

  async #find(workspaceId: string, id: string): Promise<{ template: FlowTemplate; updatedAt: number | null }> {
    const builtIn = builtInOf(id);
    if (builtIn) return { template: builtIn, updatedAt: null };
    const row = await this.#parts.templates.get(workspaceId, id);
    if (!row) throw notFound(id);
    return { template: definitionOf(row), updatedAt: row.updatedAt };
  }

  /** A template whose flow is one, and whose questions are about it. */
  #checked(workspaceId: string, body: FlowTemplate): FlowTemplate {
    const template = { ...body, flow: this.#parts.flows.parse(workspaceId, body.flow, body.rules ?? {}) };
    requireRules(template);
    this.#parts.partFiles.checkRules(workspaceId, template.rules ?? {});
    for (const [i, { name, at }] of questionsOf(template).connections.entries())
      if (at.length === 0) throw badInput(`connections.${i}.name`, `the flow uses no connection '${name}'`);
    for (const [i, choice] of template.choices.entries()) {
      if (readChoice(template.flow, choice) === null) throw badInput(`choices.${i}.at`, `the flow has no such place for '${choice.name}'`);
      if (template.choices.findIndex(({ name }) => name === choice.name) !== i)
        throw badInput(`choices.${i}.name`, `'${choice.name}' is there twice`);
    }
    return template;
  }

  /** The operations of the workspace's own apps. */
  #receivers(workspaceId: string): Receiver[] {
    const own = this.#parts.catalog.of(workspaceId).apps.filter(({ id }) => !this.#parts.isBuiltIn(id));
    return own.flatMap(({ operations }) => operations.map(({ app, id, effect, input }) => ({ app, key: id, effect, inputs: input })));
  }

  /** Those that were named, and for each other app a connection that works, where the workspace has one. */
  async #connectionsFor(
    workspaceId: string,
    wanted: SetupQuestions["connections"],
    named: Readonly<Record<string, string>>,
  ): Promise<Record<string, string>> {
    const all = await this.#parts.connections(workspaceId);
    const chosen = new Map(Object.entries(named)); // a template may call one 'constructor'
    for (const { name, app, optional, orOwnApp } of wanted) {
      const answer = chosen.get(name);
      const fits = (each: { app: string }) => each.app === app || (orOwnApp === true && !this.#parts.isBuiltIn(each.app));
      if (answer !== undefined && !all.some((each) => each.name === answer && fits(each)))
        throw badInput(`connections.${name}`, `there is no connection '${answer}' of ${this.#titleOf(workspaceId, app)}`);
      if (answer !== undefined || optional) continue;
      const own = all.filter((each) => each.app === app);
      const best = own.find(({ status }) => status === "connected") ?? own[0];
      if (best) chosen.set(name, best.name);
    }
    return Object.fromEntries(chosen);
  }

  #view(workspaceId: string, id: string, template: FlowTemplate, updatedAt: number | null): TemplateView {
    const { title, about, category, keywords, choices, flow } = template;
    const catalog = this.#parts.catalog.of(workspaceId);
    return {
      id,
      builtIn: updatedAt === null,
      title,
      about,
      category,
      keywords,
      ...describeFlow(flow, this.#parts.titlesOf(workspaceId)),
      connections: questionsOf(template).connections.map(({ at, ...each }) => ({ ...each, scopes: scopesAt(flow, at, choices, catalog) })),
      choices,
      updatedAt,
    };
  }

  #titleOf(workspaceId: string, app: string): string {
    return this.#parts.titlesOf(workspaceId).app(app)?.title ?? app;
  }
}

const builtInOf = (id: string): FlowTemplate | undefined => (Object.hasOwn(builtInTemplates, id) ? builtInTemplates[id] : undefined);
const definitionOf = ({ definition }: TemplateRow): FlowTemplate => JSON.parse(definition) as FlowTemplate;

function requireOwn(id: string): void {
  if (builtInOf(id))
    throw new MillraceError("CONFLICT", {
      details: { problem: `'${id}' comes with Millrace and stays as it is. Save one of your own instead` },
    });
}

/** A rule that a template does not bring would be missing where it is installed. */
function requireRules({ flow, rules = {} }: FlowTemplate): void {
  const missing = ruleUses(flow).find(({ name }) => !Object.hasOwn(rules, name));
  if (missing) throw badInput(`flow.${missing.at}`, `it uses the rule '${missing.name}', which is not among the template's rules`);
}

const notFound = (id: string) => new MillraceError("NOT_FOUND", { details: { what: "template", id } });
const noSetup = (id: string) => new MillraceError("NOT_FOUND", { details: { what: "set-up of the flow", id } });
