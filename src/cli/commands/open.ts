import type { Command } from "commander";
import { linkMinutes } from "#server/auth/sign-in-links.ts";
import { withExamples, withJson } from "../help.ts";
import type { Tools } from "../tools.ts";

/** There is no option to start a browser: a process's arguments can be read by the machine's other users, and the link is in them. */
export function addOpenCommand(program: Command, { api, show, terminal }: Tools): void {
  const command = withJson(
    program.command("open").description(`Print a link that signs one browser in, once, within ${linkMinutes} minutes`),
  ).action(async ({ json }: { json?: boolean }) => {
    const link = await api().access.createLink();
    show(link, json, () => link.url);
    if (!json) terminal.err(`${whatItDoes[link.opens]} It works once, within ${linkMinutes} minutes.`);
  });
  withExamples(command, "millrace open");
}

const whatItDoes = {
  page: "Open it in a browser on this machine.",
  account: "Open it in a browser to make the owner's account, or to give an owner a new password.",
};
