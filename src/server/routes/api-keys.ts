import type { FastifyInstance } from "fastify";
import type { ApiKeyView } from "#api/schemas.ts";
import type { Clock } from "#kernel/clock.ts";
import { dayMs } from "#kernel/durations.ts";
import { notFound } from "#kernel/errors.ts";
import type { ApiKeyRow } from "#storage/api-keys.ts";
import type { ApiKeys } from "../auth/api-keys.ts";
import { readAddressList } from "../http/address-list.ts";
import { serve } from "../http/serve.ts";

export interface ApiKeyRouteParts {
  apiKeys: ApiKeys;
  clock: Clock;
  /** Called after anyone's access changed: closes the event streams they may no longer read. */
  onAccessChanged: () => void;
}

/** The API keys of a workspace. */
export function serveApiKeys(app: FastifyInstance, { apiKeys, clock, onAccessChanged }: ApiKeyRouteParts): void {
  serve(app, "apiKeys", {
    list: ({ principal: { workspaceId } }) => ({ keys: apiKeys.list(workspaceId).map(keyView) }),
    async create({ principal: { workspaceId, by }, body: { expiresInDays, ...bounds } }) {
      const allowedFrom = bounds.allowedFrom && readAddressList("allowedFrom", bounds.allowedFrom);
      const expiresAt = expiresInDays === null ? null : clock.now() + expiresInDays * dayMs;
      const { key, row } = await apiKeys.add(workspaceId, { ...bounds, allowedFrom, expiresAt }, by);
      return { key, view: keyView(row) };
    },
    async remove({ principal: { workspaceId, by }, params }) {
      const isRemoved = await apiKeys.remove(workspaceId, params.id, by);
      if (!isRemoved) throw notFound("API key", params.id);
      onAccessChanged();
    },
  });
}

const keyView = ({ id, name, prefix, role, scopes, allowedFrom, createdAt, expiresAt, lastUsedAt, madeBy }: ApiKeyRow): ApiKeyView => ({
  id,
  name,
  prefix,
  createdAt,
  expiresAt,
  lastUsedAt,
  madeBy,
  role: role ?? "owner",
  scopes: scopes === null ? null : [...scopes],
  allowedFrom: allowedFrom === null ? null : [...allowedFrom],
});
