import type { Command } from "commander";
import type { Client } from "#api/client.ts";
import type { TagDeedInput } from "#api/schemas.ts";
import { withExamples, withJson } from "../help.ts";
import { usage } from "../input.ts";
import type { Tools } from "../tools.ts";
import { begunLine, groupLines, jobTable, previewLines, tagTable } from "../views/tags.ts";

interface Json {
  json?: boolean;
}
interface ListOptions extends Json {
  kind?: string;
  unused?: boolean;
}
interface DeedOptions extends Json {
  kind?: string;
  preview?: boolean;
  yes?: boolean;
}

/** Tags of all connected sub-accounts. */
export function addTagCommands(program: Command, tools: Tools): void {
  const tags = program.command("tags").description("Tags of all connected sub-accounts: who carries them, and keeping them clean");
  addList(tags, tools);
  addRead(tags, tools);
  addDeeds(tags, tools);
  addJobs(tags, tools);
  addUndo(tags, tools);
}

function addList(tags: Command, { api, show }: Tools): void {
  const command = withJson(
    tags
      .command("list")
      .description("All tags as they were last read, and those that look alike")
      .option("--kind <kind>", "of this kind, such as social; those of contacts by default")
      .option("--unused", "only those that nothing carries"),
  ).action(async ({ kind, unused, json }: ListOptions) => {
    const list = await api().tags.list();
    const wanted = kindIn(list.kinds, kind);
    const shown = list.tags.filter((tag) => tag.kind === wanted && (!unused || tag.carriers === 0));
    const groups = list.groups.filter((group) => group.kind === wanted);
    show({ tags: shown, groups }, json, (paper) =>
      [tagTable(shown, list, paper), groupLines({ groups })].filter((part) => part !== "").join("\n\n"),
    );
  });
  withExamples(command, "millrace tags list", "millrace tags list --unused");
}

function addRead(tags: Command, { api, show }: Tools): void {
  const command = withJson(
    tags.command("read").description("Read all tags anew and count what carries them, behind everything else"),
  ).action(async ({ json }: Json) => {
    await api().tags.read();
    show({ reading: true }, json, () => "Reading. See what is there: millrace tags list");
  });
  withExamples(command, "millrace tags read");
}

function addDeeds(tags: Command, tools: Tools): void {
  const merge = tags
    .command("merge")
    .description("Give everything that carries one of these tags another one")
    .argument("<tag...>", "the tags that go");
  asDeed(merge.requiredOption("--into <tag>", "the tag that is kept"), tools, (names, { into }) => ({
    deed: "merge",
    names,
    target: into!,
  }));
  withExamples(merge, "millrace tags merge promoters 'promo ter' --into promoter --preview");
  const rename = tags
    .command("rename")
    .description("Rename a tag everywhere")
    .argument("<tag>", "its name now")
    .argument("<name>", "its new name");
  asDeed(rename, tools, ([tag, name]) => ({ deed: "rename", names: [tag!], target: name! }));
  withExamples(rename, "millrace tags rename promoters fan");
  const archive = tags
    .command("archive")
    .description("Take tags off everything, to be brought back at any time")
    .argument("<tag...>", "the tags");
  asDeed(archive, tools, (names) => ({ deed: "archive", names }));
  withExamples(archive, "millrace tags archive 'old campaign'");
  const remove = tags
    .command("delete")
    .description("Take tags off everything and delete them; for 90 days it can be undone")
    .argument("<tag...>", "the tags");
  asDeed(remove, tools, (names) => ({ deed: "delete", names }));
  withExamples(remove, "millrace tags delete 'old campaign' --yes");
}

type DeedOf = (names: string[], options: { into?: string }) => Omit<TagDeedInput, "kind">;

/** Shows the numbers, asks, and begins. */
function asDeed(command: Command, { api, show, confirm, terminal }: Tools, deedOf: DeedOf): void {
  withJson(
    command
      .option("--kind <kind>", "of this kind; those of contacts by default")
      .option("--preview", "only say what it would touch")
      .option("--yes", "do not ask"),
  ).action(async () => {
    const names = command.args;
    const options = command.opts<DeedOptions & { into?: string }>();
    const body = { ...deedOf(names, options), kind: await changeableIn(api(), options.kind) };
    const preview = await api().tags.preview({ body });
    if (options.preview) return show(preview, options.json, () => previewLines(preview));
    terminal.err(previewLines(preview));
    await confirm("Begin it?", options.yes);
    const job = await api().tags.start({ body });
    show(job, options.json, () => begunLine(job));
  });
}

function addJobs(tags: Command, { api, show }: Tools): void {
  const command = withJson(tags.command("jobs").description("Changes of tags, and how far each is")).action(async ({ json }: Json) => {
    const { jobs } = await api().tags.jobs();
    show(jobs, json, (paper) => jobTable(jobs, paper));
  });
  withExamples(command, "millrace tags jobs");
}

function addUndo(tags: Command, { api, show }: Tools): void {
  const command = withJson(
    tags
      .command("undo")
      .description("Give everything that a change touched the tags it had; of an archived tag, bring it back")
      .argument("<job>", "its id, as millrace tags jobs shows it"),
  ).action(async (id: string, { json }: Json) => {
    const job = await api().tags.undo({ id });
    show(job, json, () => begunLine(job));
  });
  withExamples(command, "millrace tags undo tagjob_01");
}

async function changeableIn(api: Client, wanted: string | undefined): Promise<string> {
  const { kinds } = await api.tags.list();
  return kindIn(kinds, wanted);
}

/** By the id of a kind, or what stands behind its last dot; the first one where nothing is said. */
function kindIn(kinds: readonly { id: string }[], wanted: string | undefined): string {
  const kind = wanted === undefined ? kinds[0] : kinds.find(({ id }) => id === wanted || id.endsWith(`.${wanted}`));
  if (kind) return kind.id;
  throw usage(`There is no kind of tag '${wanted ?? ""}'; there are ${kinds.map(({ id }) => id).join(", ")}`);
}
