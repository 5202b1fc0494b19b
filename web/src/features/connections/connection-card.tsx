import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Building2, KeyRound, Link2, MoreHorizontal, PencilLine, PlugZap, Trash2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { ConnectionView } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { AppMark } from "../../components/app-mark.tsx";
import { CardHead } from "../../components/card-head.tsx";
import { ConnectionState } from "../../components/status.tsx";
import { Time } from "../../components/time.tsx";
import { Button, IconButton } from "../../components/ui/button.tsx";
import { Confirm } from "../../components/ui/confirm.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Menu, MenuItem } from "../../components/ui/menu.tsx";
import { api } from "../../lib/api.ts";
import { useApps } from "../../lib/apps.ts";
import { useNow } from "../../lib/clock.ts";
import { canSendLink, remedyOf } from "../../lib/connection-remedy.ts";
import { cx } from "../../lib/cx.ts";
import { plural } from "../../lib/words.ts";
import { Quota } from "./quota.tsx";
import { isAllowedThere } from "../../components/connection-form/logins.ts";
import { refreshConnections } from "../../components/connection-form/refresh.ts";
import { Fact } from "./fact.tsx";
import { TestButton, useTest } from "./test-button.tsx";
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

/** The same in a line, where there are too many for cards. What is wrong, and the way out, stand below it. */
export function ConnectionRow({ connection, ...actions }: CardProps) {
  const apps = useApps();
  const { title, name, app, lastUsedAt, usedBy, reason, status } = connection;
  const flows = usedBy.flows.length;
  return (
    <article aria-label={title} className="border-b border-line px-2 py-2.5">
      <div className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 lg:grid-cols-[minmax(0,1fr)_7.5rem_6rem_8rem_auto]">
        <div className="flex min-w-0 items-center gap-3">
          <AppMark app={app} size={28} />
          <div className="min-w-0">
            <h2 className="truncate font-medium" title={title}>
              <bdi>{title}</bdi>
            </h2>
            <p className="truncate text-meta text-ink-3">
              {apps.title(app)} · <code className="font-mono">{name}</code>
            </p>
          </div>
        </div>
        <ConnectionState of={connection} />
        <span className="text-ink-2 max-lg:pl-10">
          {flows === 0 ? <span className="text-ink-3">No flow yet</span> : plural(flows, "flow")}
        </span>
        <span className="text-ink-3 max-lg:hidden">
          {lastUsedAt === undefined ? (
            "Not used yet"
          ) : (
            <>
              Used <Time at={lastUsedAt} />
            </>
          )}
        </span>
        <span className="flex items-center justify-end gap-1">
          <Button small kind="quiet" aria-label={`Details of ${title}`} onClick={actions.onShow}>
            Details
          </Button>
          <May scope="connections:write">
            <More connection={connection} {...actions} />
          </May>
        </span>
      </div>
      {reason !== undefined && (
        <div className={cx("mt-2 flex flex-wrap items-center gap-2 rounded-md px-3 py-2", tones[status])}>
          <p className="min-w-0 flex-1 basis-64">{reason}</p>
          <May scope="connections:write">
            <Advised connection={connection} onSubAccounts={actions.onSubAccounts} onSendLink={actions.onSendLink} />
          </May>
        </div>
      )}
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
      {connection.rotateAt !== null && (
        <Fact title="Replace it">{connection.rotateAt <= now ? "Now: older than the app advises" : <Time at={connection.rotateAt} />}</Fact>
      )}
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
function More({ connection, onRenew, onEdit, onSendLink, onSubAccounts }: CardProps) {
  const [removing, setRemoving] = useState(false);
  const test = useTest(connection);
  const again = isAllowedThere(useLogin(connection).login);
  return (
    <>
      <Menu
        trigger={
          <IconButton small label={`More about ${connection.title}`}>
            <Icon of={MoreHorizontal} />
          </IconButton>
        }
      >
        <MenuItem icon={PlugZap} onSelect={() => test.mutate()}>
          Test connection
        </MenuItem>
        {again && connection.access === "agency" && (
          <MenuItem icon={Building2} onSelect={onSubAccounts}>
            Sub-accounts
          </MenuItem>
        )}
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
