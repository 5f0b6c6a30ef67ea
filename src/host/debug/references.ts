/** The numbers by which the editor asks for what it was told of; none is ever given out for two things. */

/** Things that can be asked for by number until they are forgotten. */
export class References<T> {
  private readonly known = new Map<number, T>();
  /** 0 stands for "nothing inside". */
  private last = 0;

  create(value: T): number {
    this.known.set(++this.last, value);
    return this.last;
  }

  /** @returns undefined for what is forgotten: the editor asked before it heard so. */
  get(reference: number): T | undefined {
    return this.known.get(reference);
  }

  forgetAll(): void {
    this.known.clear();
  }
}
