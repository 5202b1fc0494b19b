/** A guess, and why: a sentence that ends without a full stop. */
export interface Guessed<T> {
  value: T;
  why: string;
}
