import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { Failure } from "../../components/ui/state.tsx";
import { Problem } from "../../components/ui/problem.tsx";
import { signInWaysQuery } from "../../lib/queries.ts";
import { useLinkProblem } from "../../lib/session.ts";
import { AccountForm } from "./account-form.tsx";
import { EntryFrame } from "./entry-frame.tsx";
import { Forgotten } from "./forgotten.tsx";
import { PasskeyButton, ProviderButton } from "./other-ways.tsx";
import { KeyForm } from "./key-form.tsx";

/** Stands in for any page while the API refuses: sign in, and go on where one was. */
export function SignIn() {
  const ways = useQuery(signInWaysQuery());
  const [email, setEmail] = useState("");
  const [forgotten, setForgotten] = useState(false);
  const linkProblem = useLinkProblem();
  if (ways.data === undefined) {
    return (
      <EntryFrame title="Sign in">{ways.error !== null && <Failure error={ways.error} retry={() => void ways.refetch()} />}</EntryFrame>
    );
  }
  if (forgotten) return <Forgotten email={email} onEmail={setEmail} mail={ways.data.mail} onBack={() => setForgotten(false)} />;
  const accountForm = <AccountForm email={email} onEmail={setEmail} onForgotten={() => setForgotten(true)} />;
  const { singleSignOn, passkeys } = ways.data;
  return (
    <EntryFrame title="Sign in" about={ways.data.hasAccounts ? undefined : <LocalLink />}>
      {linkProblem !== null && <Problem>{linkProblem}</Problem>}
      {ways.data.hasAccounts ? (
        accountForm
      ) : (
        <div className="flex flex-col gap-1">
          <Disclosure summary="Sign in with the API key">
            <KeyForm />
          </Disclosure>
          <Disclosure summary="Sign in with an account">{accountForm}</Disclosure>
        </div>
      )}
      {ways.data.hasAccounts && (singleSignOn !== null || passkeys) && (
        <div className="flex flex-col gap-2 border-t border-line pt-5">
          {singleSignOn !== null && <ProviderButton name={singleSignOn} />}
          {passkeys && <PasskeyButton />}
        </div>
      )}
    </EntryFrame>
  );
}

function LocalLink() {
  return (
    <p>
      On the machine that runs Millrace, <code className="font-mono text-meta whitespace-nowrap">millrace open</code> prints a link that
      signs this browser in. Anywhere else, ask whoever runs this Millrace for an invitation, or use its API key.
    </p>
  );
}
