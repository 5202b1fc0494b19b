import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { KeyRound, Link2, MoreHorizontal, PencilLine, Trash2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { ConnectionView } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { CardHead } from "../../components/card-head.tsx";
import { ConnectionState } from "../../components/status.tsx";
import { Time } from "../../components/time.tsx";
import { Button, IconButton } from "../../components/ui/button.tsx";
import { Confirm } from "../../components/ui/confirm.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Menu, MenuItem } from "../../components/ui/menu.tsx";
import { api } from "../../lib/api.ts";
import { useNow } from "../../lib/clock.ts";
import { canSendLink, remedyOf } from "../../lib/connection-remedy.ts";
import { cx } from "../../lib/cx.ts";
import { plural } from "../../lib/words.ts";
import { Quota } from "./quota.tsx";
import { isAllowedThere } from "../../components/connection-form/logins.ts";
import { refreshConnections } from "../../components/connection-form/refresh.ts";
import { Fact } from "./fact.tsx";
import { TestButton } from "./test-button.tsx";
import { useLogin } from "./use-login.ts";
import { UsedBy } from "./used-by.tsx";

interface CardProps {
  connection: ConnectionView;
  onRenew: () => void;
  onEdit: () => void;
  /** All there is to know of it. */
  onShow: () => void;
  /** For somebody without an account here. */
  onSendLink: () => void;
  /** For the login of an agency. */
  onSubAccounts: () => void;
}

const tones: Record<ConnectionView["status"], string> = {
  connected: "bg-neutral-soft",
  untested: "bg-neutral-soft",
  expiring: "bg-warning-soft",
  paused: "bg-warning-soft",
  failed: "bg-failure-soft",
  broken: "bg-failure-soft",
};

/** A login with its state, its budget and what can be done with it. */
export function ConnectionCard({ connection, ...actions }: CardProps) {
  return (
    <article aria-label={connection.title} className="flex h-full flex-col rounded-lg border border-line bg-raised">
      <CardHead of={connection} aside={<ConnectionState of={connection} />} />
      {connection.reason !== undefined && (
        <p className={cx("mx-4 mb-4 rounded-md px-3 py-2", tones[connection.status])}>{connection.reason}</p>
      )}
      <Facts connection={connection} />
      {connection.quota !== null && <Quota quota={connection.quota} />}
      <div className="mt-auto flex flex-wrap items-center gap-2 border-t border-line px-4 py-3">
        <May scope="connections:write">
          <Advised connection={connection} onSubAccounts={actions.onSubAccounts} onSendLink={actions.onSendLink} />
        </May>
        <Button small kind="quiet" className="ml-auto" aria-label={`Details of ${connection.title}`} onClick={actions.onShow}>
          Details
        </Button>
        <May scope="connections:write">
          <More connection={connection} {...actions} />
        </May>
      </div>
    </article>
  );
}

/** What one looks for at a glance; ids and addresses are in the details. */
function Facts({ connection }: { connection: ConnectionView }) {
  const now = useNow();
  const { lastUsedAt, expiresAt, usedBy } = connection;
  return (
    <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-3 gap-y-1 px-4 pb-4">
      {expiresAt !== undefined && expiresAt < now && (
        <Fact title="Token ended">
          <Time at={expiresAt} />
        </Fact>
      )}
      {connection.rotateAt !== null && connection.rotateAt <= now && <Fact title="Replace it">Older than the app advises</Fact>}
      {connection.reconnectLink !== null && (
        <Fact title="Reconnect link">
          Can be used until <Time at={connection.reconnectLink.expiresAt} />
        </Fact>
      )}
      {connection.checkedAt !== undefined && (
        <Fact title="Checked">
          <Time at={connection.checkedAt} />, by a {connection.checkedBy}
        </Fact>
      )}
      <Fact title="Last used">{lastUsedAt === undefined ? "Not yet" : <Time at={lastUsedAt} />}</Fact>
      <Fact title="Used by">
        <UsedBy usedBy={usedBy} />
      </Fact>
    </dl>
  );
}

/** What is advised, and the test. */
function Advised({ connection, onSubAccounts, onSendLink }: Pick<CardProps, "connection" | "onSubAccounts" | "onSendLink">) {
  const remedy = remedyOf(connection);
  const again = isAllowedThere(useLogin(connection).login);
  return (
    <>
      {remedy !== null && (
        <Button small kind="primary" asChild>
          <Link to="/connections" search={remedy.search}>
            {remedy.action}
          </Link>
        </Button>
      )}
      {canSendLink(connection) && (
        <Button small onClick={onSendLink}>
          Send a reconnect link
        </Button>
      )}
      <TestButton connection={connection} small />
      {again && connection.access === "agency" && (
        <Button small onClick={onSubAccounts}>
          Sub-accounts
        </Button>
      )}
    </>
  );
}

/** What is seldom wanted. */
function More({ connection, onRenew, onEdit, onSendLink }: CardProps) {
  const [removing, setRemoving] = useState(false);
  return (
    <>
      <Menu
        trigger={
          <IconButton small label={`More about ${connection.title}`}>
            <Icon of={MoreHorizontal} />
          </IconButton>
        }
      >
        <MenuItem icon={PencilLine} onSelect={onEdit}>
          Edit connection
        </MenuItem>
        <MenuItem icon={KeyRound} onSelect={onRenew}>
          Reconnect
        </MenuItem>
        {connection.auth !== "none" && (
          <MenuItem icon={Link2} onSelect={onSendLink}>
            Send a reconnect link
          </MenuItem>
        )}
        <MenuItem icon={Trash2} danger onSelect={() => setRemoving(true)}>
          Remove connection
        </MenuItem>
      </Menu>
      <RemoveConnection connection={connection} open={removing} onClose={() => setRemoving(false)} />
    </>
  );
}

interface RemoveProps {
  connection: ConnectionView;
  open: boolean;
  onClose: () => void;
}

/** Asks, with the flows that would fail. */
function RemoveConnection({ connection, open, onClose }: RemoveProps) {
  const cache = useQueryClient();
  const { flows } = connection.usedBy;
  const remove = useMutation({
    mutationFn: () => api.connections.remove({ id: connection.id, query: { force: String(flows.length > 0) } }),
    onSuccess: () => {
      toast.success("Connection removed");
      onClose();
      return refreshConnections(cache);
    },
  });
  return (
    <Confirm
      open={open}
      onClose={onClose}
      title="Remove this connection?"
      action={flows.length > 0 ? "Remove all the same" : "Remove connection"}
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
    >
      <p>
        The secret of <bdi>{connection.title}</bdi> is destroyed.{" "}
        {flows.length === 0 ? "No flow uses it." : `Runs of ${plural(flows.length, "flow")} fail until each is given another connection:`}
      </p>
      {flows.length > 0 && (
        <div className="mt-2 max-h-40 overflow-y-auto">
          <UsedBy usedBy={{ flows, inboxes: [] }} all />
        </div>
      )}
    </Confirm>
  );
}
