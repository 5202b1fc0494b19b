import type { EndpointFacts } from "../../src/apps/highlevel/facts.ts";

/**
 * Scopes of endpoints whose description names none: by where they are and whether they read. Each name is one the vendor lists; that it
 * goes with the endpoint follows from its module, and is marked so (`scopesFrom: "rule"`). The first rule that fits decides.
 */
interface ScopeRule {
  module: string;
  path: RegExp;
  read?: string;
  write?: string;
}

const pair = (name: string) => ({ read: `${name}.readonly`, write: `${name}.write` });

const rules: ScopeRule[] = [
  { module: "courses", path: /./, write: "courses.write" },
  { module: "emails", path: /^\/emails\/builder/, ...pair("emails/builder") },
  { module: "funnels", path: /\/page\/count$/, read: "funnels/pagecount.readonly" },
  { module: "funnels", path: /\/page$/, read: "funnels/page.readonly" },
  { module: "funnels", path: /\/funnel\/list$/, read: "funnels/funnel.readonly" },
  { module: "invoices", path: /^\/invoices\/estimate/, ...pair("invoices/estimate") },
  { module: "invoices", path: /^\/invoices\/template/, ...pair("invoices/template") },
  { module: "invoices", path: /^\/invoices/, ...pair("invoices") },
  { module: "knowledge-base", path: /./, ...pair("knowledge-bases") },
  { module: "locations", path: /\/customFields/, ...pair("locations/customFields") },
  { module: "locations", path: /\/customValues/, ...pair("locations/customValues") },
  { module: "locations", path: /\/tags/, ...pair("locations/tags") },
  { module: "locations", path: /\/templates/, read: "locations/templates.readonly" },
  { module: "locations", path: /\/recurring-tasks/, ...pair("recurring-tasks") },
  { module: "medias", path: /./, ...pair("medias") },
  { module: "objects", path: /\/records/, ...pair("objects/record") },
  { module: "payments", path: /\/orders/, ...pair("payments/orders") },
  { module: "products", path: /./, ...pair("products") },
  { module: "proposals", path: /\/document/, read: "documents_contracts/list.readonly", write: "documents_contracts/sendLink.write" },
  {
    module: "proposals",
    path: /\/templates/,
    read: "documents_contracts_template/list.readonly",
    write: "documents_contracts_template/sendLink.write",
  },
  { module: "saas-api", path: /\/(agency-plans|saas-plan)\//, read: "saas/company.read" },
  { module: "saas-api", path: /\/bulk-(en|dis)able-saas/, write: "saas/company.write" },
  { module: "saas-api", path: /./, read: "saas/location.read", write: "saas/location.write" },
  { module: "snapshots", path: /./, ...pair("snapshots") },
  { module: "social-media-posting", path: /\/oauth\//, ...pair("socialplanner/oauth") },
  { module: "social-media-posting", path: /\/accounts/, ...pair("socialplanner/account") },
  { module: "social-media-posting", path: /\/(categories|category)/, ...pair("socialplanner/category") },
  { module: "social-media-posting", path: /\/csv/, ...pair("socialplanner/csv") },
  { module: "social-media-posting", path: /\/posts/, ...pair("socialplanner/post") },
  { module: "store", path: /\/store-setting/, ...pair("store/setting") },
  { module: "store", path: /\/shipping-zone\/shipping-rates$/, write: "store/shipping.readonly" }, // a read in the form of a POST
  { module: "store", path: /\/shipping/, ...pair("store/shipping") },
];

type Scoped = Pick<EndpointFacts, "scopes" | "scopesFrom">;

/** The scopes of an endpoint: as described, else as the other version's description has them, else by rule, else none. */
export function scopesOf(facts: EndpointFacts, counterpart: EndpointFacts | undefined): Scoped {
  if (facts.scopes.length > 0) return { scopes: facts.scopes };
  if (counterpart && counterpart.scopes.length > 0) return { scopes: counterpart.scopes, scopesFrom: "counterpart" };
  const module = facts.key.slice(0, facts.key.indexOf("/"));
  const rule = rules.find((r) => r.module === module && r.path.test(facts.path));
  const scope = facts.method === "GET" ? rule?.read : rule?.write;
  return scope ? { scopes: [scope], scopesFrom: "rule" } : { scopes: [] };
}
