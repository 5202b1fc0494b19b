import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CalendarClock, Hand, MoreHorizontal, RefreshCw, RotateCw, ShieldCheck, Webhook } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import type { FlowDetail, HookSubscriptionView, LintFinding, Subscription } from "#api/schemas.ts";
import { May } from "../../components/may.tsx";
import { OnlyHere } from "../../components/only-here.tsx";
import { Time } from "../../components/time.tsx";
import { Button, IconButton } from "../../components/ui/button.tsx";
import { Confirm } from "../../components/ui/confirm.tsx";
import { CopyLine } from "../../components/ui/copy.tsx";
import { Icon } from "../../components/ui/icon.tsx";
import { Menu, MenuItem } from "../../components/ui/menu.tsx";
import { api } from "../../lib/api.ts";
import { catalogQuery, flowQuery, samplesQuery } from "../../lib/queries.ts";
import { isDuration, parseDuration } from "#kernel/durations.ts";
import { durationWords } from "../../lib/time.ts";
import { bothWaysWords } from "./arrival-words.ts";
import { curlOf } from "./curl.ts";
import { readSignature } from "./signature.ts";
import { SendersLine } from "./senders-line.tsx";
import { SignatureLine } from "./signature-form.tsx";

const kinds = {
  webhook: { word: "Starts when an event is posted to its address", icon: Webhook },
  poll: { word: "Checks a list for what is new or changed", icon: RefreshCw },
  schedule: { word: "Starts at set times", icon: CalendarClock },
  manual: { word: "Starts when somebody runs it", icon: Hand },
} as const;

/** Its events come to the one address of a marketplace app. */
const fromInbox = { word: "Starts the moment it happens, reported by your marketplace app", icon: Webhook };

/** The status of the trigger: how it receives events, at which address, and what went wrong. */
export function TriggerStatus({ flow, findings }: { flow: FlowDetail; findings: readonly LintFinding[] }) {
  const { trigger } = flow;
  // Where the login is wrong, no event can come, whatever is ticked in the portal.
  const closed = findings.some(({ at }) => at === "trigger.connection");
  const kind = trigger.inboxes === null ? kinds[trigger.kind] : fromInbox;
  const isBoth = trigger.sooner.length > 0 || (trigger.kind === "webhook" && trigger.everyMs !== null);
  const ownAddress = trigger.inboxes === null ? trigger.hookUrl : null;
  return (
    <section aria-label="How events come" className="rounded-lg border border-line">
      <div className="flex items-start gap-3 px-4 py-3">
        <div className="min-w-0 flex-1">
          <p className="text-ink-2">
            <Icon of={kind.icon} size={14} className="mr-1.5 inline-block align-[-2px] text-ink-3" />
            {isBoth ? bothWaysWords(trigger.everyMs ?? wantedMs(flow)) : kind.word}
            {!isBoth && trigger.everyMs !== null && `, every ${durationWords(trigger.everyMs)}`}
          </p>
          {trigger.sooner.length > 0 && <p className="mt-0.5 text-meta text-ink-3">Webhooks that report it: {trigger.sooner.join(", ")}</p>}
          {trigger.lastError !== null && <p className="mt-2 rounded-md bg-failure-soft px-3 py-2 text-ink">{trigger.lastError.message}</p>}
        </div>
        {ownAddress !== null && (
          <May scope="flows:write">
            <HookMenu flow={flow} />
          </May>
        )}
      </div>
      {ownAddress !== null && <Address flow={flow} url={ownAddress} />}
      {trigger.hookSubscription !== null && <HookSubscriptionStatus flow={flow} subscription={trigger.hookSubscription} />}
      {ownAddress !== null && trigger.signable && <SignatureLine flow={flow} />}
      {ownAddress !== null && trigger.proof !== null && (
        <p className="flex gap-2 border-t border-line p-4 text-ink-2">
          <Icon of={ShieldCheck} size={14} className="mt-[3px] shrink-0 text-success" />
          <span className="min-w-0 break-words">{trigger.proof}</span>
        </p>
      )}
      {ownAddress !== null && <SendersLine flow={flow} />}
      {trigger.subscription !== null && !closed && <MarketplaceEvents subscription={trigger.subscription} />}
    </section>
  );
}

/** How often the draft has the list checked. */
function wantedMs({ definition: { trigger } }: FlowDetail): number | null {
  const every = trigger.every ?? trigger.reconcile;
  return typeof every === "string" && isDuration(every) ? parseDuration(every) : null;
}

/** Whether the address is registered with the app, and what to do if not. */
function HookSubscriptionStatus({ flow, subscription }: { flow: FlowDetail; subscription: HookSubscriptionView }) {
  const { app, state, since, problem } = subscription;
  const client = useQueryClient();
  const again = useMutation({
    mutationFn: () => api.flows.subscribe({ id: flow.id }),
    onSuccess: (changed) => client.setQueryData(flowQuery(flow.id).queryKey, changed),
    onError: (error) => toast.error(error.message),
  });
  return (
    <div className="flex flex-wrap items-start gap-x-4 gap-y-2 border-t border-line p-4">
      {problem !== null ? (
        <p className="min-w-0 flex-1 basis-64 rounded-md bg-failure-soft px-3 py-2 break-words text-ink">{problem}</p>
      ) : (
        <p className="min-w-0 flex-1 basis-64 text-ink-2">
          {state === "subscribed" ? `Millrace registered this address with ${app}` : `Millrace is registering this address with ${app}`}
          {since !== null && (
            <>
              {" "}
              <Time at={since} />
            </>
          )}
          . You do not have to enter it there.
        </p>
      )}
      {problem !== null && (
        <May scope="flows:write">
          <Button small busy={again.isPending} onClick={() => again.mutate()}>
            Try again
          </Button>
        </May>
      )}
    </div>
  );
}

/** What has to be ticked where, so that the event comes at all. */
function MarketplaceEvents({ subscription: { event, scopes, inboxes, lastAt } }: { subscription: Subscription }) {
  return (
    <div className="flex flex-col gap-3 border-t border-line p-4">
      {inboxes.length === 0 ? (
        <p className="rounded-md bg-warning-soft px-3 py-2">
          No inbox takes these events yet.{" "}
          <Link to="/inboxes" search={{ add: "1" }} className="rounded-sm font-medium text-accent-ink hover:underline">
            Add an inbox
          </Link>{" "}
          for your marketplace app.
        </p>
      ) : lastAt !== null ? (
        <p className="text-ink-2">
          <code className="font-mono text-meta text-ink">{event}</code> last came <Time at={lastAt} />.
        </p>
      ) : (
        <p className="text-ink-2">
          It never came yet. In the developer portal, tick <code className="font-mono text-meta text-ink">{event}</code>
          {scopes.length > 0 && (
            <>
              {" "}
              and grant the scope <code className="font-mono text-meta text-ink">{scopes.join(", ")}</code>
            </>
          )}
          .
        </p>
      )}
      {inboxes.map((inbox) => (
        <div key={inbox.id}>
          <p className="mb-1 text-meta text-ink-3">
            Address of the inbox{" "}
            <Link to="/inboxes" className="rounded-sm font-mono hover:underline">
              {inbox.name}
            </Link>
          </p>
          <CopyLine text={inbox.url} label="Copy the address" />
        </div>
      ))}
    </div>
  );
}

function Address({ flow, url }: { flow: FlowDetail; url: string }) {
  const example = useExample(flow);
  const isOpen = !flow.trigger.signable && flow.trigger.proof === null; // the line of the signature says it there
  const isSigned = flow.trigger.proof !== null || (flow.trigger.signable && readSignature(flow.definition).kind !== "none");
  return (
    <div className="flex flex-col gap-3 border-t border-line p-4">
      <div>
        <p className="mb-1 text-meta text-ink-3">Address</p>
        <CopyLine text={url} label="Copy the address" />
      </div>
      <OnlyHere url={url} of="events" />
      {!isSigned && (
        <div>
          <p className="mb-1 text-meta text-ink-3">Try it from a terminal</p>
          <CopyLine text={curlOf(url, example)} label="Copy the command" />
        </div>
      )}
      {(isOpen || flow.status !== "on") && (
        <p className="text-meta text-ink-3">
          {isOpen && "Whoever knows the address can post events. "}
          {flow.status === "on" ? "" : "Until the flow is on, events are kept as samples and start nothing."}
        </p>
      )}
    </div>
  );
}

/** The newest sample; before there is one, the catalog's example. */
function useExample(flow: FlowDetail): unknown {
  const samples = useQuery(samplesQuery(flow.id)).data;
  const catalog = useQuery(catalogQuery()).data;
  const { operation } = flow.definition.trigger;
  const entry = catalog?.find((one) => one.app === flow.trigger.app && one.key === operation);
  return samples?.[0]?.payload ?? entry?.example ?? { email: "ada@example.com", name: "Ada Byron" };
}

function HookMenu({ flow }: { flow: FlowDetail }) {
  const [asking, setAsking] = useState(false);
  const cache = useQueryClient();
  const rotate = useMutation({
    mutationFn: () => api.flows.rotateHook({ id: flow.id }),
    onSuccess: (changed) => {
      cache.setQueryData(flowQuery(flow.id).queryKey, changed);
      setAsking(false);
      toast.success("The address has changed");
    },
  });
  return (
    <>
      <Menu
        trigger={
          <IconButton label="More about the trigger" className="-mt-1 -mr-1">
            <Icon of={MoreHorizontal} />
          </IconButton>
        }
      >
        <MenuItem icon={RotateCw} onSelect={() => setAsking(true)}>
          Change the address
        </MenuItem>
      </Menu>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title="Change the address?"
        action="Change address"
        busy={rotate.isPending}
        onConfirm={() => rotate.mutate()}
      >
        The present address stops working at once. Whoever posts to it has to be given the new one.
      </Confirm>
    </>
  );
}
