import { compareFlows } from "#engine/flow/compare.ts";
import { flowOutline, unsaidParts } from "#engine/flow/outline.ts";
import { flowSentence } from "#engine/flow/sentence.ts";
import type { Flow, FlowDefinition, FlowVersion } from "#engine/types/flows.ts";
import { defined } from "#kernel/defined.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { VersionName } from "#api/schemas.ts";
import type { FlowViewParts, FlowViews } from "../flows/flow-views.ts";
import type { Handlers } from "../http/serve.ts";
import { whoIs, type ActorNames } from "./changes.ts";

/** Versions of a flow: read, compared, restored. */
export function versionHandlers(
  { engine: { flows }, titlesOf, actorNames }: Pick<FlowViewParts, "engine" | "titlesOf"> & { actorNames: ActorNames },
  views: FlowViews,
): Pick<Handlers<"flows">, "versions" | "version" | "compare" | "restore"> {
  const definitionOf = async (flow: Flow, name: VersionName): Promise<FlowDefinition> => {
    if (name === "draft") return flow.draft;
    const version = name === "published" ? flow.version : name;
    if (version === null) throw new MillraceError("FLOW_NOT_PUBLISHED", { details: { id: flow.name } });
    return flows.version(flow.workspaceId, flow.id, version);
  };
  const publishersOf = async (workspaceId: string, versions: readonly FlowVersion[]) => {
    const who = await whoIs(
      actorNames,
      workspaceId,
      versions.map(({ by }) => by),
    );
    return ({ by }: FlowVersion): string | null => (by === null ? null : who(by));
  };
  return {
    versions: async ({ principal: { workspaceId }, params }) => {
      const flow = await flows.get(workspaceId, params.id);
      const versions = (await flows.versions(flow)).toReversed();
      const who = await publishersOf(workspaceId, versions);
      return { versions: versions.map((each) => ({ ...each, published: each.version === flow.version, who: who(each) })) };
    },
    version: async ({ principal: { workspaceId }, params }) => {
      const flow = await flows.get(workspaceId, params.id);
      const version = (await flows.versions(flow)).find((each) => String(each.version) === params.version);
      if (!version) throw new MillraceError("NOT_FOUND", { details: { what: `version of '${flow.name}'`, id: params.version } });
      const definition = await flows.version(workspaceId, flow.id, version.version);
      const sentence = flowSentence(definition, titlesOf(workspaceId));
      const who = (await publishersOf(workspaceId, [version]))(version);
      return { ...version, published: version.version === flow.version, who, definition, sentence };
    },
    compare: async ({ principal: { workspaceId }, params, query: { from, to } }) => {
      const flow = await flows.get(workspaceId, params.id);
      const titles = titlesOf(workspaceId);
      const after = await definitionOf(flow, to);
      if (from === "nothing") return { changes: [], parts: flowOutline(after, titles) };
      const changes = compareFlows(await definitionOf(flow, from), after, titles);
      return { changes, parts: unsaidParts(after, changes, titles) };
    },
    restore: async ({ principal: { workspaceId, by }, params, body: { version, revision } }) => {
      const definition = await flows.version(workspaceId, params.id, version);
      return views.detail(await flows.save(workspaceId, params.id, definition, { what: "restored", ...defined({ by, revision }) }));
    },
  };
}
