import { Link } from "@tanstack/react-router";
import type { ConnectionView } from "#api/schemas.ts";
import type { StoredError } from "../lib/api.ts";
import { type Remedy as RemedyKind, blamedHost } from "../lib/fix.ts";
import { connectionOf } from "../lib/next-step.ts";
import { May } from "./may.tsx";
import { Button } from "./ui/button.tsx";

interface RemedyProps {
  remedy: RemedyKind;
  error: StoredError;
  flowId: string;
  connections: readonly ConnectionView[];
  /** Something better stands before it. */
  isSecond: boolean;
  /** The name that is gone can be replaced beside it: then the flow is opened at its checks. */
  toChecks: boolean;
}

/** Where the reason of an error is put right; nothing where a replay is all that helps. */
export function Remedy({ remedy, error, flowId, connections, isSecond, toChecks }: RemedyProps) {
  const kind = isSecond ? "secondary" : "primary";
  const { step } = error.details;
  if (remedy === "connection") return <Reconnect error={error} connections={connections} />;
  if (remedy === "address")
    return (
      <May scope="settings:write">
        <Button kind={kind} asChild>
          <Link to="/connections" search={{ allow: blamedHost(error) ?? undefined }}>
            Allow this address
          </Link>
        </Button>
      </May>
    );
  if (remedy !== "flow") return null;
  const search = toChecks ? { tab: "checks" as const } : typeof step === "string" ? { at: `step:${step}` } : {};
  return (
    <Button kind={kind} asChild>
      <Link to="/flows/$flowId" params={{ flowId }} search={search}>
        {toChecks ? "Open its checks" : "at" in search ? "Open the step" : "Open the flow"}
      </Link>
    </Button>
  );
}

/** The way to other data for one run. */
export function CorrectData({ runId }: { runId: string }) {
  return (
    <May scope="runs:write">
      <Button kind="primary" asChild>
        <Link to="/runs/$runId" params={{ runId }} search={{ edit: true }}>
          Correct the data
        </Link>
      </Button>
    </May>
  );
}

/** The way to a new login: of the connection, where it is there. */
function Reconnect({ error, connections }: Pick<RemedyProps, "error" | "connections">) {
  const connection = connectionOf(error.details["connection"], connections);
  return (
    <May scope="connections:write">
      <Button kind="primary" asChild>
        <Link to="/connections" search={connection === undefined ? { add: "1" } : { renew: connection.id }}>
          {connection === undefined ? (
            "Add the connection"
          ) : (
            <span className="max-w-64 truncate">
              {error.code === "SCOPE_MISSING" ? "Allow more scopes for" : "Reconnect"} <bdi>{connection.title}</bdi>
            </span>
          )}
        </Link>
      </Button>
    </May>
  );
}
