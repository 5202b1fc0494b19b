import type { Clock } from "#kernel/clock.ts";
import type { ApiKeys } from "../auth/api-keys.ts";
import type { Sessions } from "../auth/sessions.ts";
import { EmbedCharts } from "../embed/embed-charts.ts";
import { RunChart } from "../embed/charts.ts";
import type { Inside } from "./inside.ts";

interface Tools {
  people: { apiKeys: ApiKeys; sessions: Sessions };
  publicUrl: () => string;
  clock: Clock;
}

/** Charts in pages of other products, with where the numbers of each kind come from. */
export function chartsOf({ store, engine, connectionUse, outbound: { vault, sealer } }: Inside, { people, publicUrl, clock }: Tools) {
  const runs = new RunChart({ flows: engine.flows, connections: vault, connectionUse, runQuarters: store.runQuarters });
  return new EmbedCharts({
    sources: { runs },
    origins: store.connectLinks,
    keys: people.apiKeys,
    sessions: people.sessions,
    sealer,
    clock,
    publicUrl,
  });
}
