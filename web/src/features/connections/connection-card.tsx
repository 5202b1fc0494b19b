import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Info, KeyRound, Link2, MoreHorizontal, PencilLine, Trash2 } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { ConnectionView } from "#api/schemas.ts";
import { permissionsOf } from "#surfaces/permission-words.ts";
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
import { remedyOf } from "../../lib/connection-remedy.ts";
import { cx } from "../../lib/cx.ts";
import { plural } from "../../lib/words.ts";
import { Quota } from "./quota.tsx";
import { isAllowedThere } from "../../components/connection-form/logins.ts";
import { refreshConnections } from "../../components/connection-form/refresh.ts";
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
      <CardHead of={connection} aside={<ConnectionState status={connection.status} />} />
      {connection.reason !== undefined && (
        <p className={cx("mx-4 mb-4 rounded-md px-3 py-2", tones[connection.status])}>{connection.reason}</p>
      )}
      <Facts connection={connection} />
      {connection.quota !== null && <Quota quota={connection.quota} />}
      <May scope="connections:write">
        <Actions connection={connection} {...actions} />
      </May>
    </article>
  );
}

function Facts({ connection }: { connection: ConnectionView }) {
  const now = useNow();
  const { locationId, companyId, scopes, lastUsedAt, expiresAt, baseUrl, formerNames = [], usedBy } = connection;
  return (
    <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-3 gap-y-1 px-4 pb-4">
      <Fact title={proofTitles[connection.status]}>
        <Proof connection={connection} />
      </Fact>
      {formerNames.length > 0 && (
        <Fact title="Formerly" code>
          {formerNames.join(", ")}
        </Fact>
      )}
      {locationId !== undefined && (
        <Fact title="Sub-account" code>
          {locationId}
        </Fact>
      )}
      {locationId === undefined && companyId !== undefined && (
        <Fact title="Agency" code>
          {companyId}
        </Fact>
      )}
      {baseUrl !== undefined && (
        <Fact title="Address" code>
          {baseUrl}
        </Fact>
      )}
      {scopes !== undefined && (
        <Fact
          title="Scopes"
          title2={permissionsOf(scopes)
            .map(({ words, scopes: codes }) => `${words} (${codes.join(", ")})`)
            .join("\n")}
        >
          {plural(scopes.length, "scope")}
        </Fact>
      )}
      {expiresAt !== undefined && (
        <Fact title={expiresAt < now ? "Token ended" : "Token ends"}>
          <Time at={expiresAt} />
        </Fact>
      )}
      {connection.rotateAt !== null && connection.rotateAt <= now && <Fact title="Replace it">Older than the app advises</Fact>}
      {connection.reconnectLink !== null && (
        <Fact title="Reconnect link">
          Can be used until <Time at={connection.reconnectLink.expiresAt} />
        </Fact>
      )}
      <Fact title="Last used">{lastUsedAt === undefined ? "Not yet" : <Time at={lastUsedAt} />}</Fact>
      <dt className="text-ink-3">Used by</dt>
      <dd className="min-w-0">
        <UsedBy usedBy={usedBy} />
      </dd>
    </dl>
  );
}

const proofTitles: Record<ConnectionView["status"], string> = {
  connected: "Proven",
  expiring: "Proven",
  untested: "Proven",
  failed: "Failed",
  broken: "Refused",
  paused: "Refused",
};

/** When a test or a call last showed how the login stands. */
function Proof({ connection: { checkedAt, checkedBy } }: { connection: ConnectionView }) {
  if (checkedAt === undefined) return "Not yet";
  return (
    <>
      <Time at={checkedAt} />, by a {checkedBy}
    </>
  );
}

function Fact({ title, title2, code = false, children }: { title: string; title2?: string; code?: boolean; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{title}</dt>
      <dd className={cx("truncate", code && "font-mono text-meta leading-5")} title={title2}>
        {children}
      </dd>
    </>
  );
}

function Actions({ connection, onRenew, onEdit, onShow, onSendLink, onSubAccounts }: CardProps) {
  const [removing, setRemoving] = useState(false);
  const remedy = remedyOf(connection);
  const again = isAllowedThere(useLogin(connection).login);
  const test = useTest(connection);
  return (
    <div className="mt-auto flex items-center gap-2 border-t border-line px-4 py-3">
      <Button small busy={test.isPending} onClick={() => test.mutate()}>
        Test connection
      </Button>
      {remedy !== null && (
        <Button small kind="primary" asChild>
          <Link to="/connections" search={remedy.search}>
            {remedy.action}
          </Link>
        </Button>
      )}
      {again && connection.access === "agency" && (
        <Button small onClick={onSubAccounts}>
          Sub-accounts
        </Button>
      )}
      <Menu
        trigger={
          <IconButton small label={`More about ${connection.title}`} className="ml-auto">
            <Icon of={MoreHorizontal} />
          </IconButton>
        }
      >
        <MenuItem icon={Info} onSelect={onShow}>
          Details
        </MenuItem>
        <MenuItem icon={PencilLine} onSelect={onEdit}>
          Edit connection
        </MenuItem>
        <MenuItem icon={KeyRound} onSelect={onRenew}>
          {again ? "Connect again" : "Replace the secret"}
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
    </div>
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

function useTest({ id }: ConnectionView) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => api.connections.test({ id }),
    onSuccess: ({ ok, message }) => {
      if (!ok) toast.error(message);
      else if (message === worksMessage) toast.success(message);
      else toast.info(message);
      return refreshConnections(cache);
    },
  });
}

/** What the server says of a test that proved the login. */
const worksMessage = "The login works.";
