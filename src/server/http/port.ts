import { MillraceError } from "#kernel/errors.ts";

/** Why a port could not be listened on, told so that it can be mended; anything else as it was thrown. */
export function portTaken(thrown: unknown, port: number, setting: string): unknown {
  const { code } = thrown as { code?: string };
  if (code !== "EADDRINUSE" && code !== "EACCES" && code !== "EADDRNOTAVAIL") return thrown;
  const why = code === "EADDRINUSE" ? "is taken" : code === "EACCES" ? "may not be used by this user" : "cannot be opened at this address";
  return new MillraceError("CONFLICT", {
    cause: thrown,
    details: { problem: `Port ${port} ${why}. Stop what uses it, or set ${setting} to another` },
  });
}
