import type { Command } from "commander";
import { withExamples } from "../help.ts";
import type { Tools } from "../tools.ts";

interface Options {
  sandbox: boolean;
  hold?: boolean;
  port?: string;
  host?: string;
  data?: string;
  sandboxPort?: string;
  new?: boolean;
  newKey?: boolean;
}

/** Which setting an option stands for. The settings' own rules judge it, so that a fault is told in one way. */
const settings = { port: "MILLRACE_PORT", host: "MILLRACE_HOST", data: "MILLRACE_DATA", sandboxPort: "MILLRACE_SANDBOX_PORT" } as const;

/** A stop that takes longer is cut off; what was accepted is on the disk, and goes on at the next start. */
const stopWithinMs = 9500;

export function addStartCommand(program: Command, { terminal }: Tools): void {
  const command = program
    .command("start")
    .description("Start Millrace, and beside it a sandbox HighLevel to try things on")
    .option("--no-sandbox", "without the sandbox: for real accounts")
    .option("--hold", "without executing runs or polls, to look and to cancel first; events are accepted")
    .option("--port <port>", "of the web app, the API and the hooks (MILLRACE_PORT, 4400)")
    .option("--host <address>", "to listen on (MILLRACE_HOST, 127.0.0.1)")
    .option("--data <folder>", "where everything is kept (MILLRACE_DATA, ./data)")
    .option("--sandbox-port <port>", "of the sandbox (MILLRACE_SANDBOX_PORT, 4401)")
    .option("--new", "begin with an empty store in a folder whose store is gone")
    .option("--new-key", "go on with a new encryption key when the old one is lost: each connection must be connected again")
    .action(async (options: Options) => {
      const { serve } = await import("#server/start/start.ts");
      let asked: Promise<void> | undefined;
      const opened = () => {
        asked ??= terminal.stopped(stopWithinMs);
      };
      if (process.pid === 1) opened(); // in a container nothing ends the process unless it listens
      const { greeted, close } = await serve({
        env: withOptions(terminal.env, options),
        sandbox: options.sandbox,
        hold: options.hold ?? false,
        asNew: options.new ?? false,
        withNewKey: options.newKey ?? false,
        out: terminal.write,
        tty: terminal.interactive,
        opened,
      });
      try {
        await Promise.race([greeted.then(() => asked), asked]);
        terminal.err("Stopping: what runs is finished first. Ctrl-C again stops at once.");
      } finally {
        await close();
      }
    });
  withExamples(command, "millrace start", "millrace start --hold", "millrace start --no-sandbox --port 8080 --data /var/lib/millrace");
}

function withOptions(env: Record<string, string | undefined>, options: Options): Record<string, string | undefined> {
  const overrides = Object.entries(settings).flatMap(([option, name]) => {
    const value = options[option as keyof typeof settings];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...env, ...Object.fromEntries(overrides) };
}
