import type { Pin, Pins } from "#catalog/pins.ts";
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

export function createPinBook({ store, clock, log }: PinBookParts): PinBook {
  const places = new Map<string, Promise<Map<string, ReferencePin>>>();
  const writing = new Set<Promise<void>>();

  async function read(workspaceId: string, place: string): Promise<Map<string, ReferencePin>> {
    return new Map((await store.list(workspaceId, place)).map((pin) => [keyOf(pin.kind, pin.parent, pin.name), pin]));
  }

  function pinsOf(workspaceId: string, place: string): Promise<Map<string, ReferencePin>> {
    const id = `${workspaceId}\n${place}`;
    const cached = places.get(id);
    if (cached) return cached;
    const reading = read(workspaceId, place);
    places.set(id, reading);
    reading.catch(() => places.delete(id)); // what could not be read is not remembered
    return reading;
  }

  function write(pins: Map<string, ReferencePin>, pin: ReferencePin): void {
    const key = keyOf(pin.kind, pin.parent, pin.name);
    const before = pins.get(key);
    pins.set(key, pin);
    const put = store.put(pin).catch((err: unknown) => {
      log.error({ err, kind: pin.kind }, "What a name stands for could not be written; it is tried again when the name is next used");
      if (pins.get(key) !== pin) return;
      if (before) pins.set(key, before);
      else pins.delete(key);
    });
    writing.add(put);
    void put.finally(() => writing.delete(put));
  }

  return {
    async of(connection, readOnly = false) {
      const { workspaceId } = connection;
      const place = placeOf(connection);
      const pins = await pinsOf(workspaceId, place);
      return {
        get: (kind, parent, name) => pins.get(keyOf(kind, parent, fold(name))),
        set(kind, parent, spelling, { id, label }: Pin) {
          const name = fold(spelling);
          const before = pins.get(keyOf(kind, parent, name));
          if (readOnly || name.length > longestName || (before?.id === id && before.label === label)) return;
          if (!before && pins.size >= mostInPlace) return;
          write(pins, { workspaceId, place, kind, parent, name, id, label, seenAt: clock.now() });
        },
      };
    },
    async forget(connection, kind, spelling) {
      const pins = await pinsOf(connection.workspaceId, placeOf(connection));
      for (const pin of [...pins.values()].filter((one) => one.kind === kind && one.name === fold(spelling))) {
        await store.delete(pin);
        pins.delete(keyOf(pin.kind, pin.parent, pin.name));
      }
    },
    forgetPlace: (workspaceId, place) => void places.delete(`${workspaceId}\n${place}`),
    async close() {
      await Promise.all(writing);
    },
  };
}

const keyOf = (kind: string, parent: string, name: string): string => `${kind}\n${parent}\n${name}`;

/** The sub-account, whichever login leads there: a pin outlives its connection, and is never used in another sub-account. */
const placeOf = ({ app, id, locationId, companyId }: ConnectionFacts): string => `${app} ${locationId ?? companyId ?? `connection ${id}`}`;
