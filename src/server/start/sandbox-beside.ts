import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Sandbox, SandboxOptions } from "#sandbox/index.ts";
import { dataFiles } from "./data-folder.ts";
import { portTaken } from "../http/port.ts";
import type { Settings } from "./settings.ts";

/** The pretend systems that run beside this Millrace. */
export interface SandboxBeside {
  url: string;
  systems: Sandbox;
}

export type SandboxQuota = SandboxOptions["quota"];

/** Opens them in the data folder, on their own port. Their code is loaded only when they are wanted. */
export async function openSandboxBeside({ dataDir, sandboxPort }: Settings, clock: Clock, quota?: SandboxQuota): Promise<SandboxBeside> {
  const { openSandbox } = await import("#sandbox/index.ts");
  const file = dataFiles(dataDir).sandbox;
  const systems = await openSandbox({ file, clock, quota }).catch((thrown: unknown) => Promise.reject(sandboxUnusable(thrown, file)));
  try {
    return { systems, url: await systems.listen({ host: "127.0.0.1", port: sandboxPort }) };
  } catch (thrown) {
    await systems.close();
    throw portTaken(thrown, sandboxPort, "MILLRACE_SANDBOX_PORT");
  }
}

function sandboxUnusable(cause: unknown, file: string): MillraceError {
  const problem = `The sandbox's records in ${file} cannot be used (${(cause as Error).message}). Only pretend data are in it: close what uses it or delete the file, or start with --no-sandbox`;
  return new MillraceError("CONFLICT", { cause, details: { problem } });
}
