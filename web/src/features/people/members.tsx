import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, MoreHorizontal, ShieldCheck, UserMinus } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { MemberView } from "#api/schemas.ts";
import { type Role, roles } from "#kernel/roles.ts";
import { DialogForm } from "../../components/dialog-form.tsx";
import { Section } from "../../components/page.tsx";
import { Time } from "../../components/time.tsx";
import { ShownOnce } from "../../components/shown-once.tsx";
import { IconButton } from "../../components/ui/button.tsx";
import { Confirm } from "../../components/ui/confirm.tsx";
import { Dialog } from "../../components/ui/dialog.tsx";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { Select } from "../../components/ui/field.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Menu, MenuItem } from "../../components/ui/menu.tsx";
import { api } from "../../lib/api.ts";
import { membersQuery, sessionQuery } from "../../lib/queries.ts";
import { roleWords } from "#surfaces/role-words.ts";
import { useSubAccounts } from "../../lib/sub-accounts.ts";
import { type RoleGrant, SubAccountField, roleGrantOf } from "./role-choice.tsx";

/** The members of the workspace, with their roles. */
export function Members({ members }: { members: readonly MemberView[] }) {
  return (
    <Section title="Members">
      <ul className="rounded-lg border border-line bg-raised">
        {members.map((member) => (
          <MemberRow key={member.id} member={member} />
        ))}
      </ul>
      <div className="mt-1 max-w-2xl">
        <Disclosure summary="What the roles may do">
          <dl className="flex flex-col gap-2 pt-1">
            {roles.map((role) => (
              <div key={role} className="flex flex-col sm:flex-row sm:gap-3">
                <dt className="w-20 shrink-0 font-medium">{roleWords[role].title}</dt>
                <dd className="text-ink-2">{roleWords[role].may}</dd>
              </div>
            ))}
          </dl>
        </Disclosure>
      </div>
    </Section>
  );
}

type Asking = "client" | "step down" | "remove" | null;

function MemberRow({ member }: { member: MemberView }) {
  const [asking, setAsking] = useState<Asking>(null);
  /** The role that is waiting for a yes. */
  const [wanted, setWanted] = useState<Role>(member.role);
  const isSelf = useQuery(sessionQuery()).data?.account?.id === member.id;
  const setRole = useSetRole(member, () => setAsking(null));
  const choose = (role: Role) => {
    setWanted(role);
    if (role === "client") setAsking("client");
    else if (isSelf) setAsking("step down");
    else setRole.mutate({ role, locationId: null });
  };
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-3 last:border-b-0">
      <div className="min-w-0 flex-1 basis-56">
        <p className="truncate font-medium">
          <bdi>{member.name}</bdi>
          {isSelf && <span className="ml-1.5 font-normal text-ink-3">you</span>}
        </p>
        <p className="truncate text-meta text-ink-3">
          <bdi>{member.email}</bdi>
        </p>
      </div>
      <Facts member={member} />
      <Select
        aria-label={`Role of ${member.name}`}
        value={member.role}
        disabled={setRole.isPending}
        onChange={(event) => choose(event.target.value as Role)}
        title={roleWords[member.role].may}
        className="w-32"
      >
        {roles.map((role) => (
          <option key={role} value={role}>
            {roleWords[role].title}
          </option>
        ))}
      </Select>
      <Actions member={member} isSelf={isSelf} onRemove={() => setAsking("remove")} />
      <ClientDialog member={member} open={asking === "client"} onClose={() => setAsking(null)} />
      <StepDown
        to={wanted}
        open={asking === "step down"}
        busy={setRole.isPending}
        onClose={() => setAsking(null)}
        onConfirm={() => setRole.mutate({ role: wanted, locationId: null })}
      />
      <RemoveMember member={member} open={asking === "remove"} onClose={() => setAsking(null)} />
    </li>
  );
}

interface StepDownProps {
  to: Role;
  open: boolean;
  busy: boolean;
  onClose: () => void;
  onConfirm: () => void;
}

/** Asks before owners give up their own role. */
function StepDown({ to, ...confirm }: StepDownProps) {
  return (
    <Confirm title={`Become ${roleWords[to].one}?`} action="Change my role" {...confirm}>
      You will no longer be an owner and cannot undo this yourself: another owner has to. {roleWords[to].may}
    </Confirm>
  );
}

function Facts({ member: { secondFactor, seenAt, role, locationId } }: { member: MemberView }) {
  const name = useSubAccounts()?.find(({ value }) => value === locationId)?.label;
  return (
    <div className="flex flex-col text-meta text-ink-3 sm:w-52">
      <span className="flex items-center gap-1">
        {secondFactor && <Icon of={ShieldCheck} size={13} className="text-success" />}
        {secondFactor ? "Second factor on" : "No second factor"}
      </span>
      <span>{seenAt === null ? "Never signed in here" : <>Last seen {<Time at={seenAt} />}</>}</span>
      {role === "client" && (
        <span className="truncate">
          Sees <bdi>{name ?? "a sub-account that is no longer connected"}</bdi>
        </span>
      )}
    </div>
  );
}

function Actions({ member, isSelf, onRemove }: { member: MemberView; isSelf: boolean; onRemove: () => void }) {
  const link = useMutation({ mutationFn: () => api.members.resetLink({ id: member.id }) });
  return (
    <>
      <Menu
        trigger={
          <IconButton small label={`More about ${member.name}`}>
            <Icon of={MoreHorizontal} />
          </IconButton>
        }
      >
        <MenuItem icon={KeyRound} onSelect={() => link.mutate()}>
          Link for a new password
        </MenuItem>
        <MenuItem icon={UserMinus} danger onSelect={onRemove}>
          {isSelf ? "Leave the workspace" : "Remove from the workspace"}
        </MenuItem>
      </Menu>
      <Dialog open={link.data !== undefined} onClose={() => link.reset()} title={`A new password for ${member.name}`}>
        {link.data && (
          <ShownOnce text={link.data.url} copyLabel="Copy the link" onDone={() => link.reset()}>
            Send this link to them privately. It works once, within 24 hours, and is shown only now.
          </ShownOnce>
        )}
      </Dialog>
    </>
  );
}

function ClientDialog({ member, open, onClose }: { member: MemberView; open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title={`Make ${member.name} a client`} about={roleWords.client.may}>
      {open && <ClientForm member={member} onClose={onClose} />}
    </Dialog>
  );
}

function ClientForm({ member, onClose }: { member: MemberView; onClose: () => void }) {
  const [locationId, setLocationId] = useState("");
  const grant = roleGrantOf("client", locationId);
  const setRole = useSetRole(member, onClose, true);
  return (
    <DialogForm
      error={setRole.error}
      action="Make them a client"
      ready={grant !== null}
      busy={setRole.isPending}
      onCancel={onClose}
      onSubmit={() => grant && setRole.mutate(grant)}
    >
      <SubAccountField value={locationId} onChange={setLocationId} />
    </DialogForm>
  );
}

function useSetRole(member: MemberView, onDone: () => void, quiet = false) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (grant: RoleGrant) => api.members.setRole({ id: member.id, body: grant }),
    meta: { quiet },
    onSuccess: (_, { role }) => {
      toast.success(`${member.name} is ${roleWords[role].one} now`);
      onDone();
    },
    onSettled: () => refresh(cache),
  });
}

function RemoveMember({ member, open, onClose }: { member: MemberView; open: boolean; onClose: () => void }) {
  const cache = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.members.remove({ id: member.id }),
    onSuccess: () => {
      toast.success(`${member.name} is no longer in this workspace`);
      onClose();
    },
    onSettled: () => refresh(cache),
  });
  return (
    <Confirm
      open={open}
      onClose={onClose}
      title={`Remove ${member.name}?`}
      action="Remove from the workspace"
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
    >
      They lose access to this workspace at once. Flows and other records they created stay. You can invite them again.
    </Confirm>
  );
}

/** Also the session, because it may be your own role. */
const refresh = (cache: ReturnType<typeof useQueryClient>) =>
  Promise.all([membersQuery(), sessionQuery()].map(({ queryKey }) => cache.invalidateQueries({ queryKey, exact: true })));
