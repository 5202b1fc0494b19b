import type { Command } from "commander";
import { withExamples } from "../help.ts";
import type { Tools } from "../tools.ts";

export function addResumeCommand(program: Command, { api, terminal }: Tools): void {
  const command = program
    .command("resume")
    .description("Let a Millrace that was started with --hold execute runs and polls")
    .action(async () => {
      const { held } = await api().overview.get();
      await api().overview.resume();
      terminal.write(held ? "Millrace executes runs and polls again.\n" : "Millrace was not on hold: it executes runs and polls.\n");
    });
  withExamples(command, "millrace resume");
}
