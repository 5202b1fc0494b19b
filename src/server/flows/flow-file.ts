import { stepKinds } from "#engine/flow/kinds/kinds.ts";
import type { AnyStep } from "#engine/flow/kinds/kind.ts";
import { placesOf } from "#engine/lint/places.ts";
import type { FlowDefinition } from "#engine/types/flows.ts";
import { MillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import { partFile, type FlowFile, type PartFile } from "#api/schemas.ts";

/** Pure: a flow as a file that another Millrace can take. Its logins are named; their secrets stay where they are. */

const fileKind = "flow";

/** The file of a flow, with the rules that it uses. */
export function toFlowFile(flow: FlowDefinition, parts: PartFile): FlowFile {
  const connections = [...connectionsOf(flow)].map(([name, app]) => ({ name, app }));
  return { millrace: fileKind, format: 1, flow, connections, ...(parts.rules && { parts }) };
}

/** The definition in a file: one that was exported, or a definition by itself, as people keep it in git. */
export function definitionIn(file: Record<string, unknown>): unknown {
  if (file["millrace"] === fileKind && isObject(file["flow"])) return file["flow"];
  const { parts: _, ...definition } = file;
  return definition;
}

/** The rules that come with the flow of a file. Throws BAD_INPUT where they cannot be read. */
export function partsIn({ parts }: Record<string, unknown>): PartFile {
  const read = partFile.safeParse(parts ?? {});
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new MillraceError("BAD_INPUT", { details: { field: ["file.parts", ...issue!.path].join("."), problem: issue!.message } });
}

/** The connections that a flow names, each with the app it is a login to. */
export function connectionsOf(definition: FlowDefinition): Map<string, string> {
  return new Map(placesOf(definition).flatMap(({ connection, app }) => (connection ? [[connection, app] as const] : [])));
}

/** The flow with other names of its connections. */
export function withConnections(definition: FlowDefinition, names: Readonly<Record<string, string>>): FlowDefinition {
  const renamed = <T extends object>(part: T): T => {
    const { connection } = part as { connection?: unknown };
    const name = typeof connection === "string" && Object.hasOwn(names, connection) ? names[connection] : undefined;
    return name === undefined ? part : { ...part, connection: name };
  };
  const steps = (list: readonly AnyStep[]): AnyStep[] =>
    list.map((step) => ({
      ...renamed(step),
      ...Object.fromEntries(stepKinds.listsOf(step).map(([member, inner]) => [member, steps(inner)])),
    }));
  return { ...definition, trigger: renamed(definition.trigger), steps: steps(definition.steps) as FlowDefinition["steps"] };
}
