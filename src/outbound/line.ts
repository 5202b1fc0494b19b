/** How long a place is kept for somebody who does not come back, and how long one who came may make further calls. */
const graceMs = 10_000;
const seatMs = 5_000;
/** More than this many places of one lane are not remembered: those callers stand in no order. */
const maxPlaces = 20_000;

interface Place {
  at: number;
  /** Set once its holder has been let in: the calls that belong together are not sent back to the end of the line. */
  seatedUntil: number | null;
}

/**
 * Those of one lane who were told to come back. Times are given out one slot apart, so that a thousand who wait do not
 * return in the same millisecond; a place is kept by the caller's claim, so that nobody who comes later overtakes.
 */
export class Line {
  /** Places given out and not yet taken up. */
  waiting = 0;
  #places = new Map<string, Place>();
  #endAt = 0;
  #againAt = 0;
  #wantedUntil = 0;
  /** Slots of holders who did not come. */
  #spare = 0;

  /** Whether somebody of this lane is waiting for a slot. */
  wanted(now: number): boolean {
    return this.waiting > 0 || now < this.#wantedUntil;
  }

  /** Whether a caller may go before those who wait: it holds a place, stands in no line, or there is more than they need. */
  mayEnter(claim: string | undefined, free: number, ahead: number, now: number): boolean {
    this.#forget(now);
    if (claim === undefined || free > ahead) return true;
    const place = this.#places.get(claim);
    if (place) return place.seatedUntil === null ? now >= place.at : now < place.seatedUntil;
    return this.#spare > 0;
  }

  entered(claim: string | undefined, now: number): void {
    const place = claim === undefined ? undefined : this.#places.get(claim);
    if (place?.seatedUntil === null) {
      this.waiting--;
      place.seatedUntil = now + seatMs;
    } else if (!place && this.#spare > 0 && claim !== undefined) this.#spare--;
  }

  /** A time to come back: the end of the line, or soon for one who held a place and found no slot. */
  place(claim: string | undefined, now: number, freeAt: number, spacingMs: number): number {
    const held = claim === undefined ? undefined : this.#places.get(claim);
    if (held && held.seatedUntil === null && held.at > now) return held.at;
    const at = held ? this.#again(freeAt, spacingMs) : this.#end(freeAt, spacingMs);
    this.keep(claim, at, now);
    return at;
  }

  /** Remembers a place at a time found elsewhere (after a pause, at the daily reset). */
  keep(claim: string | undefined, at: number, now: number): void {
    if (claim === undefined) {
      this.#wantedUntil = Math.max(this.#wantedUntil, Math.min(at, now + graceMs));
      return;
    }
    const held = this.#places.get(claim);
    if (held?.seatedUntil === null) this.waiting--;
    this.#places.delete(claim);
    if (this.#places.size >= maxPlaces) return;
    this.#places.set(claim, { at, seatedUntil: null });
    this.waiting++;
  }

  #end(freeAt: number, spacingMs: number): number {
    this.#endAt = Math.max(freeAt, this.#endAt + spacingMs);
    return this.#endAt;
  }

  #again(freeAt: number, spacingMs: number): number {
    this.#againAt = Math.max(freeAt, this.#againAt + spacingMs);
    return this.#againAt;
  }

  /** Drops the oldest places nobody came back for; a few at each call keep up with those that are made. */
  #forget(now: number): void {
    for (let i = 0; i < 3; i++) {
      const oldest = this.#places.entries().next().value;
      if (!oldest) return;
      const [claim, place] = oldest;
      if (now < (place.seatedUntil ?? place.at + graceMs)) return;
      this.#places.delete(claim);
      if (place.seatedUntil !== null) continue;
      this.waiting--;
      this.#spare++;
    }
  }
}
