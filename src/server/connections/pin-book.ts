import type { Pins } from "#catalog/pins.ts";
import { fold } from "#catalog/text.ts";
import type { ConnectionFacts } from "#catalog/types.ts";
import type { PinStore } from "#engine/ports/pin-store.ts";
import type { ReferencePin } from "#engine/types/lint.ts";
import type { Clock } from "#kernel/clock.ts";
import type { Log } from "#kernel/log.ts";

export interface PinBookParts {
  store: PinStore;
  clock: Clock;
  log: Log;
}

/** What names stand for in each sub-account: read once, kept in memory, and written only when something new is learned. */
export interface PinBook {
  /** The pins of the sub-account a connection leads to. `readOnly`: nothing is remembered. */
  of(connection: ConnectionFacts, readOnly?: boolean): Promise<Pins>;
  /** A person said that a name means what has it now. */
  forget(connection: ConnectionFacts, kind: string, name: string): Promise<void>;
  /** Another process learned something of a sub-account: its pins are read again when they are next used. */
  forgetPlace(workspaceId: string, place: string): void;
  /** Resolves when what was learned is written. */
  close(): Promise<void>;
}

/** A name that people write is short; a longer text from an event is not worth a row. */
const longestName = 200;
/** More names than any sub-account has things. Names beyond that are still resolved, but not remembered. */
const mostInPlace = 20_000;

export const createPinBook = (parts: PinBookParts): PinBook => new CachedPins(parts);

/** The pins of the places in use, in memory; a changed one is written behind the call. */
class CachedPins implements PinBook {
  readonly #parts: PinBookParts;
  readonly #places = new Map<string, Promise<Map<string, ReferencePin>>>();
  readonly #writing = new Set<Promise<void>>();

  constructor(parts: PinBookParts) {
    this.#parts = parts;
  }

  async of(connection: ConnectionFacts, readOnly = false): ReturnType<PinBook["of"]> {
    const { workspaceId } = connection;
    const place = placeOf(connection);
    const pins = await this.#pinsOf(workspaceId, place);
    return {
      get: (kind, parent, name) => pins.get(keyOf(kind, parent, fold(name))),
      set: (kind, parent, spelling, { id, label }) => {
        const name = fold(spelling);
        const before = pins.get(keyOf(kind, parent, name));
        if (readOnly || name.length > longestName || (before?.id === id && before.label === label)) return;
        if (!before && pins.size >= mostInPlace) return;
        this.#write(pins, { workspaceId, place, kind, parent, name, id, label, seenAt: this.#parts.clock.now() });
      },
    };
  }

  async forget(connection: ConnectionFacts, kind: string, spelling: string): Promise<void> {
    const pins = await this.#pinsOf(connection.workspaceId, placeOf(connection));
    for (const pin of [...pins.values()].filter((one) => one.kind === kind && one.name === fold(spelling))) {
      await this.#parts.store.delete(pin);
      pins.delete(keyOf(pin.kind, pin.parent, pin.name));
    }
  }

  forgetPlace(workspaceId: string, place: string): void {
    this.#places.delete(`${workspaceId}\n${place}`);
  }

  async close(): Promise<void> {
    await Promise.all(this.#writing);
  }

  #pinsOf(workspaceId: string, place: string): Promise<Map<string, ReferencePin>> {
    const id = `${workspaceId}\n${place}`;
    const cached = this.#places.get(id);
    if (cached) return cached;
    const reading = this.#read(workspaceId, place);
    this.#places.set(id, reading);
    reading.catch(() => this.#places.delete(id)); // what could not be read is not remembered
    return reading;
  }

  async #read(workspaceId: string, place: string): Promise<Map<string, ReferencePin>> {
    const pins = await this.#parts.store.list(workspaceId, place);
    return new Map(pins.map((pin) => [keyOf(pin.kind, pin.parent, pin.name), pin]));
  }

  #write(pins: Map<string, ReferencePin>, pin: ReferencePin): void {
    const { store, log } = this.#parts;
    const key = keyOf(pin.kind, pin.parent, pin.name);
    const before = pins.get(key);
    pins.set(key, pin);
    const put = store.put(pin).catch((err: unknown) => {
      log.error({ err, kind: pin.kind }, "What a name stands for could not be written; it is tried again when the name is next used");
      if (pins.get(key) !== pin) return;
      if (before) pins.set(key, before);
      else pins.delete(key);
    });
    this.#writing.add(put);
    void put.finally(() => this.#writing.delete(put));
  }
}

const keyOf = (kind: string, parent: string, name: string): string => `${kind}\n${parent}\n${name}`;

/** The sub-account, whichever login leads there: a pin outlives its connection, and is never used in another sub-account. */
const placeOf = ({ app, id, locationId, companyId }: ConnectionFacts): string => `${app} ${locationId ?? companyId ?? `connection ${id}`}`;
