/** The numbering of strings, so that tables can hold keys and agents as numbers. */

/** Gives each string a number, counting up from 1; 0 stands for undefined. */
export class Names {
  private readonly ids = new Map<string, number>();
  private readonly names: (string | undefined)[] = [undefined];

  /** The number of a name, given out at its first use. */
  id(name: string | undefined): number {
    if (name === undefined) return 0;
    let id = this.ids.get(name);
    if (id === undefined) {
      id = this.names.length;
      this.ids.set(name, id);
      this.names.push(name);
    }
    return id;
  }

  /** The number of a name that is in use, else undefined. */
  tryId(name: string): number | undefined {
    return this.ids.get(name);
  }

  name(id: number): string | undefined {
    return this.names[id];
  }
}
