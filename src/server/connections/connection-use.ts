import type { FlowService } from "#engine/api.ts";
import { placesOf } from "#engine/lint/places.ts";
import type { Flow, FlowDefinition } from "#engine/types/flows.ts";
import type { RunsOfFlow } from "#engine/types/runs.ts";
import type { Connection } from "#vault/types.ts";

/** A flow that names a connection: in its draft, in what is published, or both. */
export interface FlowUse {
  id: string;
  name: string;
  status: Flow["status"];
  draft: boolean;
  published: boolean;
}

/** What a definition says of where it works. */
export interface Uses {
  /** The names of its connections. */
  names: ReadonlySet<string>;
  /** Its events come from an inbox, of whatever sub-account. */
  takesAll: boolean;
}

type Named = Pick<Connection, "name" | "formerNames">;

/** Which flows use which connection. */
export interface ConnectionUse {
  /** The flows of a workspace, read once however many connections are asked for. */
  of(workspaceId: string): Promise<(connection: Named) => FlowUse[]>;
  /** The names of connections in a flow: in what is published, or in its draft where nothing is. */
  namesOf(flow: Flow): Promise<ReadonlySet<string>>;
  /** The same of one version; empty where that is gone. */
  namesIn(workspaceId: string, flowId: string, version: number): Promise<ReadonlySet<string>>;
  /** Where one version works; nowhere where that is gone. */
  usesIn(workspaceId: string, flowId: string, version: number): Promise<Uses>;
  /** The runs that went by a version which names one of these connections. */
  runs(workspaceId: string, connections: readonly Named[]): Promise<RunsOfFlow[]>;
}

const remembered = 5_000;
const none: Uses = { names: new Set(), takesAll: false };

/** A flow finds its login by name, and goes on finding it by a former one. What a version names never changes, so it is read once. */
export function createConnectionUse(flows: Pick<FlowService, "list" | "version">): ConnectionUse {
  return new NamesInFlows(flows);
}

class NamesInFlows implements ConnectionUse {
  readonly #flows: Pick<FlowService, "list" | "version">;
  readonly #uses = new Map<string, Uses>();

  constructor(flows: Pick<FlowService, "list" | "version">) {
    this.#flows = flows;
  }

  async of(workspaceId: string): Promise<(connection: Named) => FlowUse[]> {
    const flows = await this.#flows.list(workspaceId);
    const read = await Promise.all(
      flows.map(async (flow) => ({
        flow,
        draft: this.#ofDraft(flow).names,
        published: (flow.version === null ? none : await this.#ofVersion(workspaceId, flow.id, flow.version)).names,
      })),
    );
    return (connection) =>
      read.flatMap(({ flow: { id, name, status }, ...names }): FlowUse[] => {
        const [draft, published] = [isNamed(connection, names.draft), isNamed(connection, names.published)];
        return draft || published ? [{ id, name, status, draft, published }] : [];
      });
  }

  async namesOf(flow: Flow): Promise<ReadonlySet<string>> {
    return (flow.version === null ? this.#ofDraft(flow) : await this.#ofVersion(flow.workspaceId, flow.id, flow.version)).names;
  }

  async namesIn(workspaceId: string, flowId: string, version: number): Promise<ReadonlySet<string>> {
    return (await this.usesIn(workspaceId, flowId, version)).names;
  }

  usesIn(workspaceId: string, flowId: string, version: number): Promise<Uses> {
    return this.#ofVersion(workspaceId, flowId, version).catch(() => none);
  }

  async runs(workspaceId: string, connections: readonly Named[]): Promise<RunsOfFlow[]> {
    const flows = await this.#flows.list(workspaceId);
    const all = await Promise.all(
      flows.map(async ({ id, version }): Promise<RunsOfFlow> => {
        const numbers = Array.from({ length: version ?? 0 }, (_, i) => i + 1);
        const names = await Promise.all(numbers.map((number) => this.namesIn(workspaceId, id, number)));
        return { flowId: id, versions: numbers.filter((_, i) => connections.some((one) => isNamed(one, names[i]!))) };
      }),
    );
    return all.filter(({ versions }) => versions.length > 0);
  }

  async #ofVersion(workspaceId: string, id: string, version: number): Promise<Uses> {
    const key = `${id}@${version}`;
    return this.#uses.get(key) ?? this.#keep(key, await this.#flows.version(workspaceId, id, version));
  }

  #ofDraft({ id, draft, revision }: Flow): Uses {
    const key = `${id}/${revision}`;
    return this.#uses.get(key) ?? this.#keep(key, draft);
  }

  #keep(key: string, definition: FlowDefinition): Uses {
    const uses = usesOf(definition);
    if (this.#uses.size >= remembered) this.#uses.delete(this.#uses.keys().next().value!);
    this.#uses.set(key, uses);
    return uses;
  }
}

const usesOf = (definition: FlowDefinition): Uses => ({
  names: new Set(placesOf(definition).flatMap(({ connection }) => connection ?? [])),
  takesAll: definition.trigger.inbox !== undefined && definition.trigger.connection === undefined,
});

const isNamed = ({ name, formerNames = [] }: Named, names: ReadonlySet<string>): boolean =>
  names.has(name) || formerNames.some((former) => names.has(former));
