import { setFlagsFromString } from "node:v8";
import { MillraceError } from "#kernel/errors.ts";
import { takeDataFolder } from "./data-folder.ts";
import { FrontDoor } from "../http/front-door.ts";
import { createLog } from "../operations/logging.ts";
import { addressText, reportText, runTotalsText } from "./greeting.ts";
import { isExampleDone, runExample, runTotals, type ExampleParts } from "./example.ts";
import { startMillrace, type Millrace } from "./millrace.ts";
import { readServerSettings, type Settings } from "./settings.ts";
import { missingStoreInPublic } from "../operations/store-note.ts";

export interface ServeOptions {
  env: Record<string, string | undefined>;
  /** Whether the pretend systems run beside it. */
  sandbox: boolean;
  /** Comes up without executing runs or polls. */
  hold: boolean;
  /** Begin with an empty store although this folder had one before. */
  asNew: boolean;
  /** Go on with a new sealing key although logins were sealed with another. */
  withNewKey: boolean;
  /** Text for the person who started it, line ends included. */
  out: (text: string) => void;
  /** Whether that person sits at a terminal, where a line can be drawn over. */
  tty: boolean;
  /** Called once a stop is orderly: before that, ending the process at once harms nothing. */
  opened: () => void;
}

export interface Serving {
  /** Resolves when all is said; on the first start that is after the samples went through. */
  greeted: Promise<void>;
  close(): Promise<void>;
}

/** `millrace start`: starts the server, prints its addresses and, the first time, runs the example. */
export async function serve({ env, out, tty, ...options }: ServeOptions): Promise<Serving> {
  const settings = readServerSettings(env);
  process.umask(0o077); // what it writes is people's data
  const log = createLog(settings.logLevel, { format: settings.logFormat });
  process.on("uncaughtException", (err) => {
    log.fatal({ err }, "Millrace met a fault it cannot go on from, and ends. What was accepted is kept; start it again");
    process.exit(1);
  });
  try {
    const millrace = await startMillrace(settings, { log, ...options });
    setFlagsFromString("--semi-space-growth-factor=2"); // bin/millrace.mjs kept memory small until here; under load it may grow
    const greeted = greet(millrace, settings, out, tty).catch((thrown: unknown) => {
      if (!millrace.closing()) throw thrown; // otherwise it was stopped half way; the next start goes on there
    });
    return { greeted, close: () => millrace.close() };
  } catch (thrown) {
    if (!(thrown instanceof MillraceError) || thrown.code !== "STORE_MISSING") throw thrown;
    const close = await refuseEvents(settings);
    options.opened();
    out(
      `${thrown.message}\n\nUntil then Millrace accepts nothing: events are answered 429, so that their senders keep them and try again.\nStop with Ctrl-C.\n`,
    );
    return { greeted: Promise.resolve(), close };
  }
}

/**
 * Holds the folder and the port while the store is missing. Senders drop an event
 * after a closed port or a 404 from an empty store; after a 429 they send it again. Returns what ends it.
 */
async function refuseEvents(settings: Settings): Promise<() => Promise<void>> {
  const lock = takeDataFolder(settings.dataDir);
  const door = new FrontDoor(missingStoreInPublic());
  try {
    await door.listen(settings);
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
  return async () => {
    await door.close();
    lock.release();
  };
}

async function greet(millrace: Millrace, { dataDir }: Settings, out: ServeOptions["out"], tty: boolean): Promise<void> {
  const { url, sandbox, links, hasAccounts, apiKey, database, warnings } = millrace;
  const link = links?.make() ?? null;
  const key = { apiKeyFile: apiKey.file, isNewKey: apiKey.isNew, isKeyThere: apiKey.isThere() };
  out(addressText({ url, sandboxUrl: sandbox?.url ?? null, link, hasAccounts, database, ...key }));
  for (const warning of warnings()) out(`Note: ${warning}\n`);
  if (millrace.engine.isHeld()) return out(heldText);
  if (sandbox && !isExampleDone(dataDir)) {
    out("\nFirst start: connecting the sandbox, installing an example flow, and sending it sample survey answers.\n");
    const report = await runExample({ millrace, dataDir, progress: progressLine(out, tty) });
    await millrace.settle();
    return out(reportText(report, link !== null && links?.isOpen(link) ? link : url)); // a used link would lead nowhere
  }
  out(runTotalsText(await runTotals(millrace), sandbox !== null));
  out("Stop with Ctrl-C.\n");
}

const heldText = `
On hold: events are accepted and kept, and no run or poll is executed. Look at the runs, cancel what must not go on (millrace run cancel),
then let the others go on: millrace resume, or start Millrace again without --hold.
Stop with Ctrl-C.
`;

/** A terminal gets one line that is drawn over, anything else a line now and then. */
function progressLine(out: ServeOptions["out"], tty: boolean): ExampleParts["progress"] {
  let printed = -1;
  let last = { finished: -1, times: 0 };
  return (accepted, finished, total) => {
    last = { finished, times: last.finished === finished ? last.times + 1 : 0 };
    const pausing = accepted === total && last.times >= looksBeforePause;
    const text = `  ${accepted} of ${total} answers accepted, ${finished} processed${pausing ? "; the others wait: HighLevel takes 100 requests in 10 s" : ""}`;
    const third = pausing ? 4 : Math.floor((3 * (accepted + finished)) / (2 * total));
    if (tty) out(`\r${text}\u001b[K`);
    else if (third > printed) out(`${text}\n`);
    printed = Math.max(printed, third);
  };
}

/** The line says why nothing moves after so many looks without progress. */
const looksBeforePause = 6;
