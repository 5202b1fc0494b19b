import { findMillrace, type Address } from "./address.ts";
import type { ApiRequest, Client } from "#api/client.ts";
import { createApi, fetchFile } from "./client.ts";
import { usage } from "./input.ts";
import type { Terminal } from "./terminal.ts";
import { json, type Paper } from "./text.ts";

/** What a command works with. Nothing is looked for before it is asked for. */
export interface Tools {
  terminal: Terminal;
  address(): Address;
  api(): Client;
  /** The same for an agent, which may do less without a person. */
  agentApi(): Client;
  /** A file that the API makes. */
  file(request: ApiRequest): Promise<Uint8Array>;
  paper(): Paper;
  /** The result: as JSON for machines, else as people read it. */
  show(value: unknown, asJson: boolean | undefined, human: (paper: Paper) => string): void;
  /** Asks before something that cannot be undone. Where nobody can be asked, `--yes` must say it. */
  confirm(question: string, yes: boolean | undefined): Promise<void>;
}

export function createTools(terminal: Terminal): Tools {
  const address = () => findMillrace(terminal.env);
  const paper = (): Paper => ({ colour: terminal.colour, width: terminal.width, now: terminal.clock.now() });
  return {
    terminal,
    address,
    paper,
    api: () => createApi({ ...address(), fetch: terminal.fetch }),
    agentApi: () => createApi({ ...address(), fetch: terminal.fetch, forAgent: true }),
    file: (request) => fetchFile({ ...address(), fetch: terminal.fetch }, request),
    show: (value, asJson, human) => terminal.out(asJson ? json(value) : human(paper())),
    async confirm(question, yes) {
      if (yes) return;
      if (!terminal.interactive) throw usage(`${question} There is nobody to ask: add --yes to say so`);
      if (!(await terminal.ask.confirm(question))) throw usage("Nothing was changed");
    },
  };
}
