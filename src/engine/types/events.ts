/** One thing that happened, as accepted. */
export interface Event {
  id: string;
  workspaceId: string;
  triggerId: string;
  /** De-duplicates: unique within the trigger. */
  key: string;
  /** What was received, as JSON. */
  payload: unknown;
  /** The same as text where it is at hand, to spare encoding it again. */
  text?: string;
  /** By whom a person looks for it: e-mail, phone or name. */
  person: string | null;
  receivedAt: number;
  /** The id of the record it is of, where that is known. */
  record: string | null;
  /** When it happened, as the sender says; epoch ms. */
  happenedAt: number | null;
}
