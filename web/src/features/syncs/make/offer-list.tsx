import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeftRight } from "lucide-react";
import type { ReactNode } from "react";
import { AppMark } from "../../../components/app-mark.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { useApps } from "../../../lib/apps.ts";
import { connectionsQuery, readySyncsQuery } from "../../../lib/queries.ts";
import { listed } from "../../../lib/words.ts";
import { type Offer, offersOf, sideText } from "./offers.ts";

/** Syncs that are worked out already: each leads to its page with both sides chosen, or to the connection that it lacks. */
export function OfferList() {
  const ready = useQuery(readySyncsQuery()).data ?? [];
  const connections = useQuery(connectionsQuery()).data ?? [];
  const offers = offersOf(ready, connections);
  if (offers.length === 0) return null;
  return (
    <section aria-label="Ready syncs" className="mx-auto w-full max-w-4xl">
      <h2 className="mb-2 text-body font-semibold">Ready to begin with</h2>
      <ul className="grid grid-cols-1 gap-2 sm:grid-cols-2">
        {offers.map((offer) => (
          <li key={offer.id}>
            <OfferLink offer={offer}>
              <span className="flex shrink-0 items-center gap-1">
                <AppMark app={offer.chosen.a.app} size={24} />
                <Icon of={ArrowLeftRight} size={13} className="text-ink-3" />
                <AppMark app={offer.chosen.b.app} size={24} />
              </span>
              <span className="min-w-0">
                <span className="block font-medium">{offer.title}</span>
                <span className="block text-meta text-ink-2">{offer.says}</span>
                <Missing apps={offer.missing} />
              </span>
            </OfferLink>
          </li>
        ))}
      </ul>
    </section>
  );
}

const card =
  "flex h-full items-start gap-3 rounded-lg border border-line px-3 py-2.5 transition-colors hover:border-line-strong hover:bg-hover";

function OfferLink({ offer: { chosen, missing }, children }: { offer: Offer; children: ReactNode }) {
  return missing.length > 0 ? (
    <Link to="/connections" search={{ add: missing[0] }} className={card}>
      {children}
    </Link>
  ) : (
    <Link to="/syncs/new" search={{ a: sideText(chosen.a), b: sideText(chosen.b) }} className={card}>
      {children}
    </Link>
  );
}

function Missing({ apps: missing }: { apps: readonly string[] }) {
  const apps = useApps();
  if (missing.length === 0) return null;
  return <span className="mt-1 block text-meta text-warning">Connect {listed(missing.map((app) => apps.title(app)))} first</span>;
}
