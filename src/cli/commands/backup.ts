import type { Command } from "commander";
import { withExamples, withJson } from "../help.ts";
import { usage } from "../input.ts";
import type { Tools } from "../tools.ts";

export function addBackupCommand(program: Command, { terminal, show }: Tools): void {
  const command = withJson(
    program
      .command("backup")
      .description("Copy the store into a folder, whether or not Millrace runs, and check the copy")
      .argument("[folder]", "made when it is not there")
      .option("--noted", "copy nothing: note that another program, such as pg_dump, has just made a backup"),
  ).action(async (folder: string | undefined, { json, noted }: { json?: boolean; noted?: boolean }) => {
    const [{ backup, noteOtherBackup }, { readServerSettings }] = await Promise.all([
      import("#server/operations/backup.ts"),
      import("#server/start/settings.ts"),
    ]);
    const settings = readServerSettings(terminal.env);
    if (noted) {
      noteOtherBackup(settings);
      terminal.err("Noted: a backup was made just now. 'millrace doctor' and the page Health say when it gets old.");
      return;
    }
    if (folder === undefined) throw usage("Name the folder for the copy: millrace backup /mnt/backups/millrace");
    const made = await backup(settings, folder);
    show(made, json, () => made.file);
    if (!json) terminal.err(made.reminder);
  });
  withExamples(command, "millrace backup /mnt/backups/millrace", "millrace backup --noted");
}
