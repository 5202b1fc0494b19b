import type { Command } from "commander";
import { withExamples, withJson } from "../help.ts";
import type { Tools } from "../tools.ts";

export function addBackupCommand(program: Command, { terminal, show }: Tools): void {
  const command = withJson(
    program
      .command("backup")
      .description("Copy the store into a folder, whether or not Millrace runs, and check the copy")
      .argument("<folder>", "made when it is not there"),
  ).action(async (folder: string, { json }: { json?: boolean }) => {
    const [{ backup }, { readServerSettings }] = await Promise.all([
      import("#server/operations/backup.ts"),
      import("#server/start/settings.ts"),
    ]);
    const made = await backup(readServerSettings(terminal.env), folder);
    show(made, json, () => made.file);
    if (!json) terminal.err(made.reminder);
  });
  withExamples(command, "millrace backup /mnt/backups/millrace");
}
