import type { Command } from "commander";
import { withExamples, withJson } from "../help.ts";
import type { Tools } from "../tools.ts";

/** There is no option to start a browser: a process's arguments can be read by the machine's other users, and the link is in them. */
export function addOpenCommand(program: Command, { api, show, terminal }: Tools): void {
  const command = withJson(program.command("open").description("Print a link that signs one browser in, once, within 15 minutes")).action(
    async ({ json }: { json?: boolean }) => {
      const link = await api().signInLink();
      show(link, json, () => link.url);
      if (!json) terminal.err("Open it in a browser on this machine. It works once, within 15 minutes.");
    },
  );
  withExamples(command, "millrace open");
}
