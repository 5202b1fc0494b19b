import type { FlowService } from "#engine/api.ts";
import { placesOf } from "#engine/lint/places.ts";
import type { Flow, FlowDefinition } from "#engine/types/flows.ts";
import type { Connection } from "#vault/types.ts";

/** A flow that names a connection: in its draft, in what is published, or both. */
export interface FlowUse {
  id: string;
  name: string;
  status: Flow["status"];
  draft: boolean;
  published: boolean;
}

/** Which flows use which connection. */
export interface ConnectionUse {
  /** Of the connection's own workspace. */
  flows(connection: Pick<Connection, "workspaceId" | "name" | "formerNames">): Promise<FlowUse[]>;
}

const remembered = 5_000;

/** A flow finds its login by name, and goes on finding it by a former one. What a version names never changes, so it is read once. */
export function createConnectionUse(flows: Pick<FlowService, "list" | "version">): ConnectionUse {
  const names = new Map<string, ReadonlySet<string>>();
  const keep = (key: string, definition: FlowDefinition): ReadonlySet<string> => {
    const used = new Set(placesOf(definition).flatMap(({ connection }) => connection ?? []));
    if (names.size >= remembered) names.delete(names.keys().next().value!);
    names.set(key, used);
    return used;
  };
  const ofVersion = async (workspaceId: string, id: string, version: number) => {
    const key = `${id}@${version}`;
    return names.get(key) ?? keep(key, await flows.version(workspaceId, id, version));
  };
  const ofDraft = ({ id, draft, updatedAt }: Flow) => names.get(`${id}/${updatedAt}`) ?? keep(`${id}/${updatedAt}`, draft);

  return {
    async flows({ workspaceId, name, formerNames = [] }) {
      const wanted = [name, ...formerNames];
      const names = (used: ReadonlySet<string>) => wanted.some((each) => used.has(each));
      const uses = (await flows.list(workspaceId)).map(async (flow): Promise<FlowUse | null> => {
        const published = flow.version !== null && names(await ofVersion(workspaceId, flow.id, flow.version));
        const draft = names(ofDraft(flow));
        return draft || published ? { id: flow.id, name: flow.name, status: flow.status, draft, published } : null;
      });
      return (await Promise.all(uses)).filter((use) => use !== null);
    },
  };
}
