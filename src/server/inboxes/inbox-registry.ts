import type { Inbox } from "#engine/types/inboxes.ts";
import type { InboxStore } from "#engine/ports/inbox-store.ts";

type InboxListener = (inbox: Inbox, isThere: boolean) => void;

/** The inboxes of all workspaces, in memory: each event that is posted asks for one. */
export class InboxRegistry {
  readonly #store: InboxStore;
  readonly #workspaceIds: readonly string[];
  readonly #byToken = new Map<string, Inbox>();
  readonly #listeners: InboxListener[] = [];

  /** Moves on with each change made here: what was read before one is read again. */
  #changes = 0;

  private constructor(store: InboxStore, workspaceIds: readonly string[]) {
    this.#store = store;
    this.#workspaceIds = workspaceIds;
  }

  static async open({ store, workspaceIds }: { store: InboxStore; workspaceIds: readonly string[] }): Promise<InboxRegistry> {
    const registry = new InboxRegistry(store, workspaceIds);
    await registry.reread();
    return registry;
  }

  /** Reads all inboxes again after a change by another process. Listeners are not called: that process called its own. */
  async reread(): Promise<void> {
    const readAt = this.#changes;
    const all = (await Promise.all(this.#workspaceIds.map((workspaceId) => this.#store.list(workspaceId)))).flat();
    if (readAt !== this.#changes) return this.reread();
    this.#byToken.clear();
    for (const inbox of all) this.#byToken.set(inbox.token, inbox);
  }

  /** Whichever workspace's: the token is all that a sender knows. */
  at(token: string): Inbox | undefined {
    return this.#byToken.get(token);
  }

  get(workspaceId: string, idOrName: string): Inbox | undefined {
    const own = this.all(workspaceId);
    return own.find(({ id }) => id === idOrName) ?? own.find(({ name }) => name === idOrName);
  }

  /** By name. */
  all(workspaceId: string): Inbox[] {
    return [...this.#byToken.values()].filter((inbox) => inbox.workspaceId === workspaceId).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The first inbox of an app starts every flow that names none; a later one only those chosen for it, so that no event counts twice. */
  async add({ flows = [], ...rest }: Omit<Inbox, "flows"> & { flows?: string[] }, by?: string): Promise<Inbox> {
    const inbox: Inbox = { ...rest, flows: this.#startsAll(rest) ? flows : null };
    await this.#store.insert(inbox, by);
    this.#put(inbox);
    return inbox;
  }

  async change(workspaceId: string, id: string, patch: Parameters<InboxStore["update"]>[2], by?: string): Promise<Inbox> {
    await this.#store.update(workspaceId, id, patch, by);
    const changed = (await this.#store.get(workspaceId, id))!;
    this.#put(changed);
    return changed;
  }

  /** The oldest that is left takes over the flows that name no inbox. */
  async remove(workspaceId: string, id: string, by?: string): Promise<void> {
    const removed = this.get(workspaceId, id);
    if (!removed) return;
    await this.#store.delete(workspaceId, removed.id, by);
    this.#forget(removed.id);
    const heir = this.#startsAll(removed) ? undefined : this.#oldest(removed);
    if (heir) {
      await this.#store.update(workspaceId, heir.id, { flows: null });
      this.#put({ ...heir, flows: null });
    }
    for (const listener of this.#listeners) listener(removed, false);
  }

  /** Calls back when an inbox was made, changed or removed; `isThere` is false when it was removed. */
  onChange(listener: InboxListener): void {
    this.#listeners.push(listener);
  }

  #ofApp({ workspaceId, app }: Pick<Inbox, "workspaceId" | "app">): Inbox[] {
    return this.all(workspaceId).filter((inbox) => inbox.app === app);
  }

  #startsAll(of: Pick<Inbox, "workspaceId" | "app">): boolean {
    return this.#ofApp(of).some(({ flows }) => flows === null);
  }

  #oldest(of: Pick<Inbox, "workspaceId" | "app">): Inbox | undefined {
    return this.#ofApp(of).sort((a, b) => a.createdAt - b.createdAt)[0];
  }

  #put(inbox: Inbox): void {
    this.#forget(inbox.id);
    this.#byToken.set(inbox.token, inbox);
    for (const listener of this.#listeners) listener(inbox, true);
  }

  #forget(id: string): void {
    this.#changes++;
    for (const [token, inbox] of this.#byToken) if (inbox.id === id) this.#byToken.delete(token);
  }
}
