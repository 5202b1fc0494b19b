import { type Command, Option } from "commander";
import type { Client } from "#api/client.ts";
import type { syncBody, SyncPreview, SyncView } from "#api/schemas/syncs.ts";
import type { z } from "zod";
import { conflict } from "#kernel/errors.ts";
import { withExamples, withJson } from "../help.ts";
import { readObjectFile, usage } from "../input.ts";
import { pick } from "../pick.ts";
import { json as asText } from "../text.ts";
import type { Tools } from "../tools.ts";
import { linkTable, previewPage, problemLines, syncLine, syncPage, syncTable, undoPage } from "../views/syncs.ts";

interface Json {
  json?: boolean;
}

/** Syncs: pairs of record types that are kept in step. */
export function addSyncCommands(program: Command, tools: Tools): void {
  const sync = program.command("sync").description("Syncs: records of two apps that are kept in step, both ways");
  addList(sync, tools);
  addShow(sync, tools);
  addAdd(sync, tools);
  addPreview(sync, tools);
  addStart(sync, tools);
  addPause(sync, tools);
  addResume(sync, tools);
  addLinks(sync, tools);
  addUndo(sync, tools);
  addExport(sync, tools);
}

const find = async (api: Client, wanted: string): Promise<SyncView> => pick((await api.syncs.list()).syncs, wanted, "sync");
const ofOne = (command: Command): Command => command.argument("<sync>", "its name, the beginning of it, or its id");

function addList(sync: Command, { api, show }: Tools): void {
  const command = withJson(sync.command("list").description("All syncs, and how each stands")).action(async ({ json }: Json) => {
    const { syncs } = await api().syncs.list();
    show(syncs, json, (paper) => syncTable(syncs, paper));
  });
  withExamples(command, "millrace sync list");
}

function addShow(sync: Command, { api, show }: Tools): void {
  const command = withJson(
    ofOne(sync.command("show").description("One sync: its fields, pairs and work, and what stands in its way")),
  ).action(async (wanted: string, { json }: Json) => {
    const one = await find(api(), wanted);
    const { problems } = await api().syncs.check({ id: one.id });
    show({ ...one, problems }, json, (paper) => syncPage(one, problems, paper));
  });
  withExamples(command, 'millrace sync show "Contacts and profiles"');
}

function addAdd(sync: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    sync
      .command("add")
      .description("Add a sync from its definition, or replace the definition of one that you name. It does nothing before it is started")
      .argument("<file>", "the definition, a JSON file; - for standard input")
      .option("--to <sync>", "replace the definition of this one"),
  ).action(async (file: string, { json, to }: Json & { to?: string }) => {
    const definition = (await readObjectFile(file, terminal)) as z.input<typeof syncBody>["definition"]; // the server checks it
    const present = to === undefined ? null : await find(api(), to);
    const saved = present
      ? await api().syncs.put({ id: present.id, body: { definition, revision: present.revision } })
      : await api().syncs.create({ body: { definition } });
    const { problems } = await api().syncs.check({ id: saved.id });
    show({ ...saved, problems }, json, (paper) => [syncLine(saved), ...problemLines(problems, paper)].join("\n"));
  });
  withExamples(command, "millrace sync add contacts.json", 'millrace sync add contacts.json --to "Contacts and profiles"');
}

const previewMs = 1_000;

function addPreview(sync: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    ofOne(sync.command("preview").description("Read both sides and say what a first sync would do. Nothing is written")),
  ).action(async (wanted: string, { json }: Json) => {
    const { id } = await find(api(), wanted);
    let preview: SyncPreview = await api().syncs.startPreview({ id });
    while (preview.state === "reading") {
      terminal.err(`Read so far: ${preview.read.a} and ${preview.read.b}`);
      await new Promise((resolve) => setTimeout(resolve, previewMs));
      preview = await api().syncs.preview({ id });
    }
    if (preview.state === "failed") throw conflict(preview.problem ?? "The preview could not be made");
    show(preview, json, (paper) => previewPage(preview, paper));
  });
  withExamples(command, 'millrace sync preview "Contacts and profiles"');
}

function addStart(sync: Command, { api, show }: Tools): void {
  const command = withJson(
    ofOne(sync.command("start").description("Start a sync: what is there is brought into step first")).option(
      "--from-now",
      "pair what is there, and write only what changes from now on",
    ),
  ).action(async (wanted: string, { json, fromNow = false }: Json & { fromNow?: boolean }) => {
    const { id } = await find(api(), wanted);
    const started = await api().syncs.start({ id, body: { first: !fromNow } });
    show(started, json, () => syncLine(started));
  });
  withExamples(command, 'millrace sync start "Contacts and profiles"', 'millrace sync start "Contacts and profiles" --from-now');
}

function addPause(sync: Command, { api, show }: Tools): void {
  const command = withJson(
    ofOne(sync.command("pause").description("Pause a sync, and its first sync; what happens is caught up with")),
  ).action(async (wanted: string, { json }: Json) => {
    const { id } = await find(api(), wanted);
    const paused = await api().syncs.pause({ id });
    show(paused, json, () => syncLine(paused));
  });
  withExamples(command, 'millrace sync pause "Contacts and profiles"');
}

function addResume(sync: Command, { api, show }: Tools): void {
  const command = withJson(ofOne(sync.command("resume").description("Go on with a paused sync, and its first sync"))).action(
    async (wanted: string, { json }: Json) => {
      const { id } = await find(api(), wanted);
      const resumed = await api().syncs.resume({ id });
      show(resumed, json, () => syncLine(resumed));
    },
  );
  withExamples(command, 'millrace sync resume "Contacts and profiles"');
}

const kindsOfLinks = ["all", "conflicts", "problems", "waiting", "ignored"] as const;

function addLinks(sync: Command, { api, show }: Tools): void {
  const command = withJson(
    ofOne(sync.command("links").description("Its pairs of records: all, or those a person has to look at"))
      .addOption(new Option("--show <which>", "only these").choices(kindsOfLinks).default("all"))
      .option("--search <text>", "a part of a name or id")
      .option("--limit <n>", "how many", "50"),
  ).action(
    async (
      wanted: string,
      { json, show: which, search, limit }: Json & { show: (typeof kindsOfLinks)[number]; search?: string; limit: string },
    ) => {
      const { id } = await find(api(), wanted);
      const { links } = await api().syncs.links({ id, query: { show: which, limit, ...(search !== undefined && { q: search }) } });
      show(links, json, (paper) => linkTable(links, paper));
    },
  );
  withExamples(command, 'millrace sync links "Contacts and profiles" --show conflicts');
}

function addUndo(sync: Command, { api, show, confirm }: Tools): void {
  const command = withJson(
    ofOne(sync.command("undo").description("Put back what a sync wrote, as far as nobody has changed it since"))
      .option("--batch <job>", "what one job wrote: a first sync")
      .option("--write <id...>", "these writes")
      .option("-n, --dry-run", "only say what it would put back")
      .option("-y, --yes", "do not ask"),
  ).action(
    async (
      wanted: string,
      { json, batch, write, dryRun = false, yes }: Json & { batch?: string; write?: string[]; dryRun?: boolean; yes?: boolean },
    ) => {
      if ((batch === undefined) === (write === undefined)) throw usage("Say what is to be undone: --batch, or --write");
      const { id, name } = await find(api(), wanted);
      const what = { ...(batch !== undefined && { batch }), ...(write && { writes: write }) };
      const preview = await api().syncs.undo({ id, body: { ...what, dry: true } });
      if (dryRun) return show(preview, json, (paper) => undoPage(preview, paper));
      await confirm(`Put back ${preview.count === 1 ? "one record" : `${preview.count} records`} of ${name}?`, yes);
      const started = await api().syncs.undo({ id, body: { ...what, dry: false } });
      show(
        started,
        json,
        () => `Begun: ${started.count === 1 ? "one record" : `${started.count} records`}. See: millrace sync show "${name}"`,
      );
    },
  );
  withExamples(command, 'millrace sync undo "Contacts and profiles" --batch job_1m82ay6qm00057a7wh --dry-run');
}

function addExport(sync: Command, { api, terminal }: Tools): void {
  const command = ofOne(sync.command("export").description("Print the definition, to keep it in git or add it elsewhere")).action(
    async (wanted: string) => terminal.out(asText((await find(api(), wanted)).definition)),
  );
  withExamples(command, 'millrace sync export "Contacts and profiles" > contacts.json');
}
