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

type Named = Pick<Connection, "name" | "formerNames">;

/** Which flows use which connection. */
export interface ConnectionUse {
  /** The flows of a workspace, read once however many connections are asked for. */
  of(workspaceId: string): Promise<(connection: Named) => FlowUse[]>;
  /** The names of connections in a flow: in what is published, or in its draft where nothing is. */
  namesOf(flow: Flow): Promise<ReadonlySet<string>>;
  /** The same of one version; empty where that is gone. */
  namesIn(workspaceId: string, flowId: string, version: number): Promise<ReadonlySet<string>>;
  /** The runs that went by a version which names one of these connections. */
  runs(workspaceId: string, connections: readonly Named[]): Promise<RunsOfFlow[]>;
}

const remembered = 5_000;
const none: ReadonlySet<string> = new Set();

/** A flow finds its login by name, and goes on finding it by a former one. What a version names never changes, so it is read once. */
export function createConnectionUse(flows: Pick<FlowService, "list" | "version">): ConnectionUse {
  return new NamesInFlows(flows);
}

class NamesInFlows implements ConnectionUse {
  readonly #flows: Pick<FlowService, "list" | "version">;
  readonly #names = new Map<string, ReadonlySet<string>>();

  constructor(flows: Pick<FlowService, "list" | "version">) {
    this.#flows = flows;
  }

  async of(workspaceId: string): Promise<(connection: Named) => FlowUse[]> {
    const flows = await this.#flows.list(workspaceId);
    const read = await Promise.all(
      flows.map(async (flow) => ({
        flow,
        draft: this.#ofDraft(flow),
        published: flow.version === null ? none : await this.#ofVersion(workspaceId, flow.id, flow.version),
      })),
    );
    return (connection) =>
      read.flatMap(({ flow: { id, name, status }, ...names }): FlowUse[] => {
        const [draft, published] = [isNamed(connection, names.draft), isNamed(connection, names.published)];
        return draft || published ? [{ id, name, status, draft, published }] : [];
      });
  }

  async namesOf(flow: Flow): Promise<ReadonlySet<string>> {
    return flow.version === null ? this.#ofDraft(flow) : this.#ofVersion(flow.workspaceId, flow.id, flow.version);
  }

  namesIn(workspaceId: string, flowId: string, version: number): Promise<ReadonlySet<string>> {
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

  async #ofVersion(workspaceId: string, id: string, version: number): Promise<ReadonlySet<string>> {
    const key = `${id}@${version}`;
    return this.#names.get(key) ?? this.#keep(key, await this.#flows.version(workspaceId, id, version));
  }

  #ofDraft({ id, draft, revision }: Flow): ReadonlySet<string> {
    const key = `${id}/${revision}`;
    return this.#names.get(key) ?? this.#keep(key, draft);
  }

  #keep(key: string, definition: FlowDefinition): ReadonlySet<string> {
    const used = new Set(placesOf(definition).flatMap(({ connection }) => connection ?? []));
    if (this.#names.size >= remembered) this.#names.delete(this.#names.keys().next().value!);
    this.#names.set(key, used);
    return used;
  }
}

const isNamed = ({ name, formerNames = [] }: Named, names: ReadonlySet<string>): boolean =>
  names.has(name) || formerNames.some((former) => names.has(former));
