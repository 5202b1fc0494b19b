import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { isLongEnough } from "#kernel/password-rule.ts";
import { CodeField, EntryForm, NameField } from "../../components/entry-form.tsx";
import { PasswordField } from "../../components/password-field.tsx";
import { Button } from "../../components/ui/button.tsx";
import { Problem } from "../../components/ui/problem.tsx";
import { ApiError, type Invited, api } from "../../lib/api.ts";
import { fieldErrors } from "../../lib/field-error.ts";
import { invitationQuery, signInWaysQuery } from "../../lib/queries.ts";
import { messageOf } from "../../lib/query.ts";
import { roleWords } from "#surfaces/role-words.ts";
import { setEntrance } from "../../lib/session.ts";
import { enter } from "../../lib/sign-in-link.ts";
import { EntryFrame, WayButton } from "./entry-frame.tsx";
import { ProviderButton } from "./other-ways.tsx";
import { isFault, useCode } from "./use-code.ts";

/** Where an invitation leads: what it is for, then a new account, or the password of an existing one. */
export function Invitation({ token }: { token: string }) {
  const invitation = useQuery({ ...invitationQuery(token), retry: false });
  if (invitation.data !== undefined) return <Accept token={token} invited={invitation.data} />;
  if (invitation.error === null) return <EntryFrame title="Your invitation">{null}</EntryFrame>;
  const isOver = invitation.error instanceof ApiError && invitation.error.code === "INVITATION_INVALID";
  return (
    <EntryFrame title="Your invitation">
      <Problem>{messageOf(invitation.error)}</Problem>
      <div className="flex flex-wrap items-center gap-3">
        {!isOver && <Button onClick={() => void invitation.refetch()}>Try again</Button>}
        <WayButton onClick={() => setEntrance(null)}>Go to sign-in</WayButton>
      </div>
    </EntryFrame>
  );
}

function Accept({ token, invited: { email, role, workspace, hasAccount } }: { token: string; invited: Invited }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const second = useCode();
  const ways = useQuery(signInWaysQuery());
  const cache = useQueryClient();
  const accept = useMutation({
    mutationFn: () =>
      api.session.accept({ body: { invitation: token, password, ...second.sent, ...(!hasAccount && { name: name.trim() }) } }),
    meta: { quiet: true },
    onSuccess: () => enter(cache),
    onError: second.noteError,
  });
  const { form, at } = fieldErrors(isFault(accept.error) ? accept.error : null, ["name", "password"]);
  const ready = hasAccount ? password !== "" && (!second.asked || second.code.trim() !== "") : name.trim() !== "" && isLongEnough(password);
  return (
    <EntryFrame
      title={`Join ${workspace}`}
      about={
        <>
          <p>
            You are invited to the workspace <bdi className="font-medium text-ink">{workspace}</bdi> as{" "}
            <span className="font-medium text-ink">{roleWords[role].one}</span>.
            {role === "client"
              ? "You will see one page about your account: its connection, its automations and what they did."
              : roleWords[role].may}
          </p>
          <p>
            {hasAccount ? "Your account here is " : "You will sign in as "}
            <bdi className="font-medium break-all text-ink">{email}</bdi>.
          </p>
        </>
      }
    >
      <EntryForm action="Join" problem={form} ready={ready} busy={accept.isPending} onSubmit={() => accept.mutate()}>
        {/* Password managers keep the new password under this address. */}
        <input className="hidden" name="username" autoComplete="username" value={email} readOnly />
        {hasAccount ? (
          <PasswordField value={password} onChange={setPassword} error={at.password} autoFocus />
        ) : (
          <>
            <NameField value={name} onChange={setName} error={at.name} autoFocus />
            <PasswordField isNew value={password} onChange={setPassword} error={at.password} />
          </>
        )}
        {second.asked && <CodeField value={second.code} onChange={second.setCode} autoFocus />}
      </EntryForm>
      {ways.data?.singleSignOn != null && <ProviderButton name={ways.data.singleSignOn} invitation={token} />}
      <WayButton onClick={() => setEntrance(null)}>Not now</WayButton>
    </EntryFrame>
  );
}
