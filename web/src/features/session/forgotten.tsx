import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { api } from "../../lib/api.ts";
import { messageOf } from "../../lib/query.ts";
import { EmailField, EntryForm } from "./entry-form.tsx";
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
            <p>Ask an owner of your workspace for a link for a new password. Owners make one on the page People.</p>
            <p>
              If you are the only owner: on the machine Millrace runs on,{" "}
              <code className="font-mono text-meta whitespace-nowrap">millrace open</code> prints a link that lets you choose a new one.
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
        title="Look at your mail"
        about={<p>If this address has an account here, a mail with a link for a new password is on its way. The link works for a day.</p>}
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
