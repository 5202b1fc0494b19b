import type { z } from "zod";
import type { exchangeView } from "#api/schemas.ts";
import { cx } from "../lib/cx.ts";
import { durationWords } from "../lib/time.ts";
import { JsonView } from "./json-view.tsx";
import { CopyButton } from "./ui/copy.tsx";
import { Disclosure } from "./ui/disclosure.tsx";

type Exchange = z.infer<typeof exchangeView>;

/** Requests and answers, each behind a line that says how it went. */
export function Exchanges({ exchanges }: { exchanges: readonly Exchange[] }) {
  return (
    <ul className="flex flex-col">
      {exchanges.map((exchange, index) => (
        <li key={index}>
          <Disclosure summary={<Summary exchange={exchange} />}>
            <div className="flex flex-col gap-3 pt-1">
              <Line label="Address" text={exchange.url} />
              {exchange.redirectedTo !== undefined && <Line label="Answer from" text={exchange.redirectedTo} />}
              {exchange.requestId !== undefined && <Line label="Request id" text={exchange.requestId} />}
              {exchange.sent !== undefined && <Body title={exchange.notSent ? "Would have been sent" : "Sent"} text={exchange.sent} />}
              {exchange.headers !== undefined && <Body title="Headers of the answer" text={JSON.stringify(exchange.headers)} />}
              {exchange.received !== undefined && <Body title="Received" text={exchange.received} />}
              {exchange.note !== undefined && <p className="text-warning">{exchange.note}</p>}
              {exchange.error !== undefined && <p className="text-failure">{exchange.error}</p>}
            </div>
          </Disclosure>
        </li>
      ))}
    </ul>
  );
}

function Summary({ exchange }: { exchange: Exchange }) {
  if (exchange.notSent) return <NotSent exchange={exchange} />;
  const fine = exchange.status !== undefined && exchange.status < 400;
  return (
    <span className="flex min-w-0 flex-1 items-baseline gap-2 font-mono text-meta">
      <span className="shrink-0 font-semibold">{exchange.method}</span>
      <span className="min-w-0 flex-1 truncate text-ink-2" title={exchange.url}>
        {pathOf(exchange.url)}
      </span>
      <span className={cx("shrink-0 rounded-sm px-1.5", fine ? "bg-success-soft text-success" : "bg-failure-soft text-failure")}>
        {exchange.status ?? "no answer"}
      </span>
      <span className="w-14 shrink-0 text-right text-ink-3 tabular">{durationWords(exchange.durationMs)}</span>
    </span>
  );
}

/** A request that was made ready and never left. */
function NotSent({ exchange }: { exchange: Exchange }) {
  return (
    <span className="flex min-w-0 flex-1 items-baseline gap-2 text-meta">
      <span className="shrink-0 rounded-sm bg-neutral-soft px-1.5 text-ink-2">Not sent</span>
      <span className="min-w-0 flex-1 truncate text-ink-2" title={exchange.error}>
        {exchange.error}
      </span>
    </span>
  );
}

function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}

function Line({ label, text }: { label: string; text: string }) {
  return (
    <div className="flex items-baseline gap-2 text-meta">
      <span className="w-20 shrink-0 text-ink-3">{label}</span>
      <code className="min-w-0 flex-1 break-all">{text}</code>
      <CopyButton text={text} label={`Copy ${label.toLowerCase()}`} />
    </div>
  );
}

function Body({ title, text }: { title: string; text: string }) {
  const parsed = parse(text);
  return (
    <div>
      <p className="mb-1 text-meta text-ink-3">{title}</p>
      {parsed === undefined ? (
        <pre
          tabIndex={0}
          className="max-h-72 overflow-auto rounded-md border border-line bg-sunken p-2.5 font-mono text-meta whitespace-pre-wrap"
        >
          {text}
        </pre>
      ) : (
        <JsonView value={parsed} label={title.toLowerCase()} />
      )}
    </div>
  );
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
