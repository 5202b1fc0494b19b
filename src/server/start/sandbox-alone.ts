import { systemClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { portTaken } from "../http/port.ts";
import type { Settings } from "./settings.ts";

export interface SandboxAlone {
  url: string;
  /** Opens the sub-account. */
  token: string;
  locationId: string;
  close(): Promise<void>;
}

/** The pretend systems without Millrace, with their records in a file, or in memory when there is none. */
export async function startSandbox(
  { sandboxPort }: Pick<Settings, "sandboxPort">,
  { file }: { file?: string | undefined },
): Promise<SandboxAlone> {
  const { openSandbox, sandboxDefaults } = await import("#sandbox/index.ts");
  const systems = await openSandbox({ clock: systemClock, file }).catch((thrown: unknown) => {
    throw fileLocked(thrown, file);
  });
  try {
    const url = await systems.listen({ host: "127.0.0.1", port: sandboxPort });
    const { accessToken } = systems.issueToken({ locationId: sandboxDefaults.acmeDental });
    return { url, token: accessToken, locationId: sandboxDefaults.acmeDental, close: () => systems.close() };
  } catch (thrown) {
    await systems.close();
    throw portTaken(thrown, sandboxPort, "MILLRACE_SANDBOX_PORT");
  }
}

function fileLocked(thrown: unknown, file: string | undefined): unknown {
  if (!(thrown as { code?: string }).code?.startsWith("SQLITE_BUSY")) return thrown;
  return new MillraceError("CONFLICT", {
    cause: thrown,
    details: { problem: `Another sandbox is using ${file}. Stop it, or give another file` },
  });
}
