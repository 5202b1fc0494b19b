import type { MappingDetail, MappingTemplate, MappingView } from "#api/schemas.ts";
import { mappingTemplate } from "#engine/flow/format.ts";
import type { FlowService } from "#engine/api.ts";
import type { FlowKnowledge } from "#engine/flow/knowledge.ts";
import { checkMappingTemplate, isFilledFrom } from "#engine/flow/mapping-template.ts";
import type { Clock } from "#kernel/clock.ts";
import { ruleKindsOf } from "#engine/mapping/rule-format.ts";
import type { PartStore } from "#storage/part-store.ts";
import { flowTexts, usesIn } from "./part-use.ts";
import { PartsOfKind, type Part } from "./parts-of-kind.ts";

interface MappingServiceParts {
  store: PartStore;
  knowledge: (workspaceId: string) => FlowKnowledge;
  flows: Pick<FlowService, "list" | "published">;
  clock: Clock;
}

/** The mapping templates of workspaces, as the API offers them. A step gets a copy, so nothing depends on one that is changed or removed. */
export class MappingService {
  readonly #flows: MappingServiceParts["flows"];
  readonly mappings: PartsOfKind<MappingTemplate>;

  constructor({ store, knowledge, flows, clock }: MappingServiceParts) {
    this.#flows = flows;
    this.mappings = new PartsOfKind<MappingTemplate>({
      kind: "mapping",
      word: "mapping template",
      shape: mappingTemplate,
      check(workspaceId, template, beside) {
        const facts = knowledge(workspaceId);
        return checkMappingTemplate(template, facts, ruleKindsOf({ ...facts.rules, ...beside }));
      },
      store,
      clock,
    });
  }

  /** Those of one operation, or of an app, where that is asked for. */
  async list(workspaceId: string, { app, operation }: { app?: string | undefined; operation?: string | undefined } = {}) {
    const [all, flows] = await Promise.all([this.mappings.list(workspaceId), flowTexts(this.#flows, workspaceId)]);
    const wanted = all.filter(
      ({ definition }) => (app ?? definition.app) === definition.app && (operation ?? definition.operation) === definition.operation,
    );
    return { mappings: wanted.map((one) => viewOf(one, usesIn(flows, (flow) => isFilledFrom(one.definition, flow)).length)) };
  }

  async get(workspaceId: string, name: string): Promise<MappingDetail> {
    return this.#detail(await this.mappings.get(workspaceId, name));
  }

  async put(workspaceId: string, name: string, template: MappingTemplate, how: { replaces?: number | undefined; by?: string }) {
    return this.#detail(await this.mappings.put(workspaceId, name, template, how));
  }

  async #detail(part: Part<MappingTemplate>): Promise<MappingDetail> {
    const usedBy = usesIn(await flowTexts(this.#flows, part.workspaceId), (flow) => isFilledFrom(part.definition, flow));
    return { ...viewOf(part, usedBy.length), definition: part.definition, usedBy };
  }
}

const viewOf = ({ name, definition, version, createdAt, updatedAt }: Part<MappingTemplate>, flows: number): MappingView => ({
  name,
  title: definition.title,
  description: definition.description ?? null,
  app: definition.app,
  operation: definition.operation,
  fields: Object.keys(definition.input),
  version,
  createdAt,
  updatedAt,
  flows,
});
