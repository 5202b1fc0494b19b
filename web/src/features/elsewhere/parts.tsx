import { Link } from "@tanstack/react-router";
import type { CatalogEntry } from "#api/schemas.ts";
import { isThisMachine } from "#surfaces/own-address.ts";
import { CopyButton } from "../../components/ui/copy.tsx";

/** Several lines of code, with their copy button. */
export function CopyBlock({ text, label }: { text: string; label: string }) {
  return (
    <div className="flex items-start gap-1 rounded-md border border-line bg-sunken py-1 pr-1 pl-3">
      {/* Wide lines are scrolled to, by the keyboard as well. */}
      <pre tabIndex={0} className="min-w-0 flex-1 overflow-x-auto py-1.5 font-mono text-meta text-ink">
        <code>{text}</code>
      </pre>
      <CopyButton text={text} label={label} />
    </div>
  );
}

/** Where a key is made, and what it has to be allowed. */
export function KeyAdvice({ permissions }: { permissions: readonly string[] }) {
  return (
    <>
      <p className="mb-1 text-ink-2">
        Under{" "}
        <Link to="/people" className="rounded-sm underline decoration-line-strong underline-offset-2">
          People
        </Link>
        , add an API key with the role Builder, and let it do this only:
      </p>
      <ul className="list-disc pl-5 text-ink-2">
        {permissions.map((permission) => (
          <li key={permission}>{permission}</li>
        ))}
      </ul>
    </>
  );
}

/** Said where this address is of this machine only. */
export function OnlyHereAdvice({ who }: { who: string }) {
  if (!isThisMachine(window.location.origin)) return null;
  return (
    <p className="mt-2 rounded-md bg-warning-soft px-3 py-2">
      {who} on another machine cannot reach this address. Give Millrace a public address first (MILLRACE_PUBLIC_URL), and open this page
      there.
    </p>
  );
}

/** The apps of a catalog that have operations. */
export const appsOf = (entries: readonly CatalogEntry[]): string[] => [
  ...new Set(entries.filter(({ kind }) => kind === "action" || kind === "trigger").map(({ app }) => app)),
];
