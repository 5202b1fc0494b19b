import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { EmailField, EntryForm } from "../../components/entry-form.tsx";
import { api } from "../../lib/api.ts";
import { messageOf } from "../../lib/query.ts";
import { EntryFrame, WayButton } from "./entry-frame.tsx";

interface ForgottenProps {
  email: string;
  onEmail: (email: string) => void;
  /** Whether Millrace can send a mail. */
  mail: boolean;
  onBack: () => void;
}

/** How somebody who forgot their password gets a new one. */
export function Forgotten({ email, onEmail, mail, onBack }: ForgottenProps) {
  const back = <WayButton onClick={onBack}>Back to signing in</WayButton>;
  if (!mail) {
    return (
      <EntryFrame
        title="Choose a new password"
        about={
          <>
            <p>Ask an owner of your workspace for a reset link. Owners create it on the People page.</p>
            <p>
              If you are the only owner, run <code className="font-mono text-meta whitespace-nowrap">millrace open</code> on the machine
              that runs Millrace.
            </p>
          </>
        }
      >
        {back}
      </EntryFrame>
    );
  }
  return <ByMail email={email} onEmail={onEmail} back={back} />;
}

function ByMail({ email, onEmail, back }: Pick<ForgottenProps, "email" | "onEmail"> & { back: ReactNode }) {
  const ask = useMutation({ mutationFn: () => api.session.forgotten({ body: { email: email.trim() } }), meta: { quiet: true } });
  if (ask.isSuccess) {
    return (
      <EntryFrame
        title="Check your mail"
        about={
          <p>If this address has an account, a mail with a link for a new password is on its way. The link works once, within 24 hours.</p>
        }
      >
        {back}
      </EntryFrame>
    );
  }
  return (
    <EntryFrame title="Choose a new password" about={<p>Enter the address you sign in with. You get a mail with a link.</p>}>
      <EntryForm
        action="Send the link"
        problem={ask.error ? messageOf(ask.error) : undefined}
        ready={email.trim() !== ""}
        busy={ask.isPending}
        onSubmit={() => ask.mutate()}
      >
        <EmailField value={email} onChange={onEmail} autoFocus />
      </EntryForm>
      {back}
    </EntryFrame>
  );
}
