import type { ReactNode } from "react";
import type { InboxView } from "#api/schemas.ts";
import { CopyLine } from "../../components/ui/copy.tsx";
import { Disclosure } from "../../components/ui/disclosure.tsx";
import { useApps } from "../../lib/apps.ts";
import { lastArrival, scopesOf } from "./inbox-state.ts";

/** What to do in the app's own portal so that events arrive, with each value to copy. Folded away once they do. */
export function InboxSteps({ inbox }: { inbox: InboxView }) {
  const awaited = inbox.events.filter(({ flows }) => flows.length > 0);
  const scopes = scopesOf(inbox);
  const app = useApps().title(inbox.app);
  return (
    <Disclosure summary={<span className="font-medium">How to set it up in {app}</span>} open={lastArrival(inbox) === null}>
      <ol className="flex flex-col gap-3 pt-1">
        <Step n={1}>{inbox.where} The address is the one above.</Step>
        <Step n={2}>
          {awaited.length === 0 ? (
            "The events to tick: publish a flow that starts with one, and the event is named here."
          ) : (
            <>
              The events to tick, because flows wait for them:
              <ul className="mt-1 flex flex-col gap-0.5">
                {awaited.map(({ type, title, lastAt }) => (
                  <li key={type}>
                    <span className="font-medium text-ink">{title}</span> <code className="font-mono text-meta">{type}</code>
                    {lastAt !== null && <span className="text-meta text-ink-3"> · has arrived</span>}
                  </li>
                ))}
              </ul>
            </>
          )}
        </Step>
        {scopes.length > 0 && (
          <Step n={3}>
            The permissions (scopes) that the app needs for them, under Auth:
            <CopyLine text={scopes.join(" ")} label="Copy the scopes" />
          </Step>
        )}
        <Step n={scopes.length > 0 ? 4 : 3}>
          Install the app in the sub-account of each client. {app} sends events only from where it is installed. Then change something
          there, a contact for example: the event is shown here within a few seconds.
        </Step>
      </ol>
    </Disclosure>
  );
}

function Step({ n, children }: { n: number; children: ReactNode }) {
  return (
    <li className="flex gap-3 text-ink-2">
      <span aria-hidden className="grid size-5 shrink-0 place-items-center rounded-full bg-neutral-soft text-meta font-medium tabular">
        {n}
      </span>
      <div className="flex min-w-0 flex-1 flex-col gap-1.5">{children}</div>
    </li>
  );
}

/** What to look at, in this order, when an event that should have come did not. */
export function NothingArrives({ inbox }: { inbox: InboxView }) {
  const app = useApps().title(inbox.app);
  return (
    <Disclosure summary={<span className="font-medium">What to do when an event does not arrive</span>}>
      <ol className="flex list-decimal flex-col gap-1.5 pt-1 pl-5 text-ink-2">
        <li>Is it ticked in {app}, and is the address there the one above, to the last letter?</li>
        <li>Is the app installed in the client's sub-account? Clients that have sent something are listed here.</li>
        <li>Does the app have the permission for it? A new permission counts only after the app is installed again.</li>
        <li>Was it refused? Then the reason is here. A test button of another tool sends unsigned events, which are refused.</li>
        <li>
          Did it arrive, and no run started? Then the flow is paused, or waits for another sub-account: look at “Flows” beside the event.
        </li>
        <li>
          {app} does not send an event again for long. A flow whose trigger has “Look for lost webhooks” switched on looks for those that
          never came, and runs them.
        </li>
      </ol>
    </Disclosure>
  );
}
