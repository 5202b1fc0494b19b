import { systemClock } from "#kernel/clock.ts";
import type { Settings } from "./settings.ts";

/** The pretend systems without Millrace, in memory. */
export async function startSandbox({ sandboxPort }: Settings): Promise<{ url: string; token: string; locationId: string; close(): Promise<void> }> {
  const { openSandbox, sandboxDefaults } = await import("#sandbox/index.ts");
  const systems = await openSandbox({ clock: systemClock });
  const url = await systems.listen({ host: "127.0.0.1", port: sandboxPort });
  const { accessToken } = systems.issueToken({ locationId: sandboxDefaults.acmeDental });
  return { url, token: accessToken, locationId: sandboxDefaults.acmeDental, close: () => systems.close() };
}
