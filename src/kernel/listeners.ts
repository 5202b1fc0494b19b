/** The listeners of one kind of event. */
export class Listeners<Facts extends unknown[]> {
  readonly #all: ((...facts: Facts) => void)[] = [];
  readonly add = (listener: (...facts: Facts) => void): void => void this.#all.push(listener);
  readonly tell = (...facts: Facts): void => this.#all.forEach((listener) => listener(...facts));
}
