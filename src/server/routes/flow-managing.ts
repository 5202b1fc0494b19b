import { placesOf } from "#engine/lint/places.ts";
import { placeInWords } from "#engine/flow/place-words.ts";
import type { FlowDefinition } from "#engine/types/flows.ts";
import { defined } from "#kernel/defined.ts";
import type { FlowView } from "#api/schemas.ts";
import { connectionsOf, definitionIn, partsIn, toFlowFile, withConnections } from "../flows/flow-file.ts";
import { EditorWindows } from "../flows/editor-windows.ts";
import type { FlowViewParts, FlowViews } from "../flows/flow-views.ts";
import type { Handlers } from "../http/serve.ts";
import type { PartFiles } from "../parts/part-files.ts";

export interface ManagingParts extends Pick<FlowViewParts, "engine" | "titlesOf" | "clock" | "connections"> {
  partFiles: PartFiles;
}

type Managing = Pick<Handlers<"flows">, "noteEditor" | "list" | "change" | "duplicate" | "exportFile" | "importFile">;

/** Many flows: found, named, kept in folders, copied, moved from one Millrace to another. */
export function managingHandlers(
  { engine: { flows }, connections, partFiles, titlesOf, clock }: ManagingParts,
  views: FlowViews,
): Managing {
  const windows = new EditorWindows(clock);
  /** Connections that a flow names and that are not there, or are logins to another app. */
  const missingIn = async (workspaceId: string, definition: FlowDefinition) => {
    const own = await connections.list(workspaceId);
    const isThere = (name: string, app: string) =>
      own.some((one) => one.app === app && (one.name === name || one.formerNames?.includes(name)));
    return [...connectionsOf(definition)]
      .filter(([name, app]) => !isThere(name, app))
      .map(([name, app]) => {
        const places = placesOf(definition).filter(({ connection }) => connection === name);
        return { name, app, where: places.map(({ at }) => placeInWords(definition, at, titlesOf(workspaceId))) };
      });
  };
  const placed = async (workspaceId: string, id: string, folder: string | null | undefined, by: string) =>
    folder === undefined ? flows.get(workspaceId, id) : flows.move(workspaceId, id, folder || null, by);

  return {
    noteEditor: async ({ principal: { workspaceId }, params: { id }, body: { window, leaving } }) => {
      await flows.get(workspaceId, id);
      return { others: windows.note(workspaceId, id, window, leaving) };
    },
    list: async ({ principal: { workspaceId }, query: { q, folder } }) => {
      const all = await views.all(workspaceId);
      const words = wordsOf(q ?? "");
      return { flows: all.filter((flow) => (folder === undefined || (flow.folder ?? "") === folder) && isFound(flow, words)) };
    },
    change: async ({ principal: { workspaceId, by }, params: { id }, body: { name, folder } }) => {
      if (name !== undefined) await flows.rename(workspaceId, id, name, by);
      return views.detail(await placed(workspaceId, id, folder, by));
    },
    duplicate: async ({ principal: { workspaceId, by }, params, body }) => {
      const { draft, name, folder } = await flows.get(workspaceId, params.id);
      const definition = withConnections(draft, body?.connections ?? {});
      const copy = await flows.create(workspaceId, { ...definition, name: body?.name ?? `${name.slice(0, longestName)} (copy)` }, by);
      return views.detail(await placed(workspaceId, copy.id, folder, by));
    },
    exportFile: async ({ principal: { workspaceId }, params, query: { version } }) => {
      const { id, draft } = await flows.get(workspaceId, params.id);
      const definition = version === undefined ? draft : await flows.version(workspaceId, id, version);
      return toFlowFile(definition, await partFiles.ofFlow(workspaceId, definition));
    },
    importFile: async ({ principal: { workspaceId, by }, body: { file, connections: names, folder, name, existing } }) => {
      const read = flows.draft(workspaceId, definitionIn(file)); // a flow that cannot be read brings no rules either
      const definition = { ...withConnections(read, names), ...defined({ name }) };
      await partFiles.import(workspaceId, { ...partsIn(file), existing }, by);
      const flow = await flows.create(workspaceId, definition, by);
      return {
        flow: await views.detail(await placed(workspaceId, flow.id, folder, by)),
        missing: await missingIn(workspaceId, definition),
      };
    },
  };
}

/** Room for what a copy is called beside its name. */
const longestName = 110;

const wordsOf = (text: string): string[] => text.toLowerCase().split(/\s+/).filter(Boolean);

/** Whether each word is somewhere in what people see of a flow. */
function isFound({ id, name, sentence, draftSentence, folder, trigger }: FlowView, words: readonly string[]): boolean {
  const text = [id, name, sentence, draftSentence ?? "", folder ?? "", trigger.title, trigger.app].join("\n").toLowerCase();
  return words.every((word) => text.includes(word));
}
