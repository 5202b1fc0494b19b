import { systemClock } from "#kernel/clock.ts";
import { openSandbox, sandboxDefaults, type Sandbox } from "#sandbox/index.ts";

/** A sandbox in the test's own process: it lives on while the Millrace under test is killed. */
export interface LocalSandbox {
  sandbox: Sandbox;
  host: string;
  /** The body of a connection to its first sub-account. */
  connection: Record<string, unknown>;
  close(): Promise<void>;
}

/** Without the vendor's quota unless asked for, so that a test of something else does not wait for it. Equal contacts are allowed: a repeat would show. */
export async function localSandbox({ quota = { burst: 100_000, windowMs: 1000, daily: 100_000_000 } } = {}): Promise<LocalSandbox> {
  const sandbox = await openSandbox({ clock: systemClock, indexLagMs: 0, quota });
  const origin = (await sandbox.listen({ port: 0 })).replace("localhost", "127.0.0.1");
  const { acmeDental } = sandboxDefaults;
  const location = sandbox.state.locations.get(acmeDental)!;
  sandbox.state.locations.put({ ...location, duplicates: { ...location.duplicates, allow: true } });
  const { accessToken, scopes } = sandbox.issueToken({ locationId: acmeDental });
  return {
    sandbox,
    host: new URL(origin).host,
    connection: {
      name: "acme",
      title: "Acme Dental",
      app: "highlevel",
      auth: "token",
      baseUrl: origin,
      locationId: acmeDental,
      access: "location",
      scopes,
      secret: { token: accessToken },
    },
    close: () => sandbox.close(),
  };
}
