import { createLog } from "./logging.ts";
import { addressText, reportText, standingText } from "./greeting.ts";
import { isExampleDone, runExample, standing, type ExampleParts } from "./example.ts";
import { startMillrace, type Millrace } from "./millrace.ts";
import { readServerSettings, type Settings } from "./settings.ts";

export interface ServeOptions {
  env: Record<string, string | undefined>;
  /** Whether the pretend systems run beside it. */
  sandbox: boolean;
  /** Text for the person who started it, line ends included. */
  out: (text: string) => void;
  /** Whether that person sits at a terminal, where a line can be drawn over. */
  tty: boolean;
}

export interface Serving {
  millrace: Millrace;
  /** Resolves when all is said; on the first start that is after the samples went through. */
  greeted: Promise<void>;
}

/** `millrace start`: opens the doors, then says where they are and, the first time, shows what happens behind them. */
export async function serve({ env, sandbox, out, tty }: ServeOptions): Promise<Serving> {
  const settings = readServerSettings(env);
  process.umask(0o077); // what it writes is people's data
  const log = createLog(settings.logLevel);
  process.on("uncaughtException", (err) => {
    log.fatal({ err }, "Millrace met a fault it cannot go on from, and ends. What was accepted is kept; start it again");
    process.exit(1);
  });
  const millrace = await startMillrace(settings, { log, sandbox });
  const greeted = greet(millrace, settings, out, tty).catch((thrown: unknown) => {
    if (!millrace.closing()) throw thrown; // otherwise it was stopped half way; the next start goes on there
  });
  return { millrace, greeted };
}

async function greet(millrace: Millrace, { dataDir }: Settings, out: ServeOptions["out"], tty: boolean): Promise<void> {
  const { url, sandbox, links, apiKey, warnings } = millrace;
  const link = links?.make() ?? null;
  const key = { apiKeyFile: apiKey.file, isNewKey: apiKey.isNew, isKeyThere: apiKey.isThere };
  out(addressText({ url, sandboxUrl: sandbox?.url ?? null, link, ...key }));
  for (const warning of warnings) out(`Note: ${warning}\n`);
  if (sandbox && !isExampleDone(dataDir)) {
    out("\nFirst start: connecting the sandbox, installing an example flow, and sending it sample survey answers.\n");
    const report = await runExample({ millrace, dataDir, progress: progressLine(out, tty) });
    return out(reportText(report, link !== null && links?.isOpen(link) ? link : url)); // a used link would lead nowhere
  }
  out(standingText(await standing(millrace), sandbox !== null));
  out("Stop with Ctrl-C.\n");
}

/** A terminal gets one line that is drawn over, anything else a line now and then. */
function progressLine(out: ServeOptions["out"], tty: boolean): ExampleParts["progress"] {
  let told = -1;
  let last = { finished: -1, times: 0 };
  return (accepted, finished, total) => {
    last = { finished, times: last.finished === finished ? last.times + 1 : 0 };
    const pausing = accepted === total && last.times >= looksBeforePause;
    const text = `  ${accepted} of ${total} answers taken, ${finished} carried through${pausing ? "; the rest waits: HighLevel takes 100 requests in 10 s" : ""}`;
    const third = pausing ? 4 : Math.floor((3 * (accepted + finished)) / (2 * total));
    if (tty) out(`\r${text}\u001b[K`);
    else if (third > told) out(`${text}\n`);
    told = Math.max(told, third);
  };
}

/** So often unchanged, and it is told why. */
const looksBeforePause = 6;
