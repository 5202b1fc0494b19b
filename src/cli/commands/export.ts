import type { Command } from "commander";
import type { Tools } from "../tools.ts";
import { addCodeExports } from "./export-code.ts";

/** The catalog for other tools. */
export function addExportCommands(program: Command, tools: Tools): void {
  const group = program.command("export").description("Write the catalog as files for other tools");
  addCodeExports(group, tools);
}
