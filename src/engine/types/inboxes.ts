/** The one address to which the events of an app's registration come. */
export interface Inbox {
  id: string;
  workspaceId: string;
  app: string;
  /** The short name flows use. */
  name: string;
  title: string;
  /** The unguessable part of its address. */
  token: string;
  /** The registration's id with the app (HighLevel: the part of the client id before the first hyphen). Null: events of any are taken. */
  registration: string | null;
  /** A signing key in place of the app's own (SPKI, base64): the sandbox has one. */
  publicKey: string | null;
  /** Whether an event with the old signature alone is taken, and the key for it where it is not the app's own. */
  legacy: boolean;
  legacyKey: string | null;
  /** Addresses and ranges from which events are accepted; null: from everywhere. */
  senders: string[] | null;
  createdAt: number;
  /** Which flows start from it, by id, of those that name no inbox. Null: all of them, as from the only inbox of an app. */
  flows: string[] | null;
}

/** What came to an inbox, counted by event and sub-account. */
export interface ReceptionCount {
  inboxId: string;
  /** The event's name; `""`: it could not be recognised. */
  type: string;
  /** Sub-account or agency; `""` where the event names none. */
  place: string;
  count: number;
  lastAt: number;
}
