/** Sums by small numbers, such as ports: one column for all holders, emptied for the next one. */
export class Counter {
  readonly #sums: Float64Array;
  #used: number[] = [];

  /** Takes numbers below the size. */
  constructor(size: number) {
    this.#sums = new Float64Array(size);
  }

  /** Takes amounts above zero. */
  add(key: number, amount: number): void {
    const before = this.#sums[key] ?? 0;
    if (before === 0) this.#used.push(key);
    this.#sums[key] = before + amount;
  }

  /** The key with the largest sum, of equals the lowest; -1 when there is none. Forgets everything. */
  takeMost(): number {
    let most = -1;
    let largest = 0;
    for (const key of this.#used) {
      const sum = this.#sums[key] ?? 0;
      if (sum > largest || (sum === largest && key < most)) {
        most = key;
        largest = sum;
      }
      this.#sums[key] = 0;
    }
    this.#used = [];
    return most;
  }
}
