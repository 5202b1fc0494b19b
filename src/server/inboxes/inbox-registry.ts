import type { Inbox } from "#engine/types/inboxes.ts";
import type { InboxStore } from "#engine/ports/inbox-store.ts";

/** The inboxes of a workspace, in memory: each event that is posted asks for one. */
export interface InboxRegistry {
  at(token: string): Inbox | undefined;
  get(idOrName: string): Inbox | undefined;
  /** By name. */
  all(): Inbox[];
  /** The first inbox of an app starts every flow that names none; a later one only those chosen for it, so that no event counts twice. */
  add(inbox: Omit<Inbox, "flows"> & { flows?: string[] }, by?: string): Promise<Inbox>;
  change(id: string, patch: Parameters<InboxStore["update"]>[1], by?: string): Promise<Inbox>;
  /** The oldest that is left takes over the flows that name no inbox. */
  remove(id: string, by?: string): Promise<void>;
  /** Another process changed one. Nobody is called back for that: whoever made the change is. */
  reread(): Promise<void>;
  /** Calls back when an inbox was made, changed or removed; `there` tells whether it still is. */
  onChange(listener: (inbox: Inbox, there: boolean) => void): void;
}

export async function openInboxRegistry({ store, workspaceId }: { store: InboxStore; workspaceId: string }): Promise<InboxRegistry> {
  const byToken = new Map<string, Inbox>();
  const listeners: ((inbox: Inbox, there: boolean) => void)[] = [];
  const all = () => [...byToken.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const get = (idOrName: string) => all().find(({ id }) => id === idOrName) ?? all().find(({ name }) => name === idOrName);
  /** Moves on with each change made here: what was read before one is read again. */
  let changes = 0;
  const forget = (id: string) => {
    changes++;
    for (const [token, inbox] of byToken) if (inbox.id === id) byToken.delete(token);
  };
  const takesAll = (app: string) => all().some((inbox) => inbox.app === app && inbox.flows === null);
  const put = (inbox: Inbox) => {
    forget(inbox.id);
    byToken.set(inbox.token, inbox);
    for (const listener of listeners) listener(inbox, true);
  };
  const reread = async (): Promise<void> => {
    const readAt = changes;
    const all = await store.list(workspaceId);
    if (readAt !== changes) return reread();
    byToken.clear();
    for (const inbox of all) byToken.set(inbox.token, inbox);
  };
  await reread();
  return {
    at: (token) => byToken.get(token),
    get,
    all,
    async add({ flows = [], ...rest }, by) {
      const inbox: Inbox = { ...rest, flows: takesAll(rest.app) ? flows : null };
      await store.insert(inbox, by);
      put(inbox);
      return inbox;
    },
    async change(id, patch, by) {
      await store.update(id, patch, by);
      const changed = (await store.get(workspaceId, id))!;
      put(changed);
      return changed;
    },
    async remove(id, by) {
      const gone = get(id);
      await store.delete(id, by);
      forget(id);
      const heir =
        gone &&
        !takesAll(gone.app) &&
        all()
          .filter(({ app }) => app === gone.app)
          .sort((a, b) => a.createdAt - b.createdAt)[0];
      if (heir) {
        await store.update(heir.id, { flows: null });
        put({ ...heir, flows: null });
      }
      if (gone) for (const listener of listeners) listener(gone, false);
    },
    reread,
    onChange: (listener) => void listeners.push(listener),
  };
}
