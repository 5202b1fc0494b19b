import type { Command } from "commander";
import { withExamples, withJson } from "../help.ts";
import { count } from "../text.ts";
import type { Tools } from "../tools.ts";

export function addMoveStoreCommand(program: Command, { terminal, show }: Tools): void {
  const command = withJson(
    program
      .command("move-store")
      .description("Move the rows of a stopped Millrace from SQLite to the PostgreSQL of DATABASE_URL, which must be empty"),
  ).action(async ({ json }: { json?: boolean }) => {
    const [{ moveStore }, { readServerSettings }] = await Promise.all([
      import("#server/operations/move-store.ts"),
      import("#server/start/settings.ts"),
    ]);
    const moved = await moveStore(readServerSettings(terminal.env));
    show(moved, json, () => `${count(moved.rows, "row is", "rows are")} in ${moved.to} now.`);
    if (!json) terminal.err(`The file they came from is kept as ${moved.kept}. Start Millrace with the same DATABASE_URL.`);
  });
  withExamples(command, "DATABASE_URL=postgres://millrace@db.example.com/millrace millrace move-store");
}
