import type { ClientView } from "#api/schemas.ts";
import { plural } from "../../lib/words.ts";

type Connection = ClientView["connections"][number];
type Week = ClientView["flows"][number]["week"];

/** How a connection is, as a sentence for somebody who cannot change it. */
export function connectionSentence({ status, reason }: Pick<Connection, "status" | "reason">): string {
  switch (status) {
    case "connected":
      return "Connected, and working.";
    case "untested":
      return "Connected, and not used yet.";
    case "expiring":
      return "Working, but the login has to be renewed soon. Your agency knows.";
    case "paused":
      return "Paused. Nothing gets lost: what comes in waits until it goes on.";
    case "failed":
    case "broken":
      return `Not working. ${reason === null ? "" : `${happened(reason)} `}Your agency has to connect it again; nothing is lost meanwhile.`;
  }
}

/** What happened in the last seven days, in words. */
export function weekWords({ succeeded, failed, filtered, waiting }: Week): string {
  const parts = [
    succeeded > 0 && `${plural(succeeded, "run")} succeeded`,
    filtered > 0 && `${plural(filtered, "run")} filtered out`,
    waiting > 0 && `${plural(waiting, "run")} under way`,
    failed > 0 && `${plural(failed, "run")} failed`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? "No runs in the last seven days" : `Last seven days: ${parts.join(", ")}`;
}

/** What happened, without what to do about it: a client can neither connect nor change settings. */
const happened = (reason: string): string => `${reason.split(/[.:;](?: |$)/, 1)[0]}.`;
