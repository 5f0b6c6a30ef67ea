/**
 * How an agent is named where people meet it: by its name, and where several contexts have that name by its place among
 * them, as in `worker#2`. Tree, pickers, breakpoints and reports all ask this.
 */

/** A name that could be read as that of one of several agents. */
const NUMBERED = /^(.+)#([1-9]\d*)$/su;

/** The contexts of a run by name, in the order in which they began. */
export class AgentLabels {
  private readonly layers = new Map<string, number[]>();
  private readonly places = new Map<number, { readonly name: string; readonly ordinal: number }>();

  /** A context began; the same one begins once. */
  add(layer: number, name: string): void {
    if (this.places.has(layer)) return;
    let layers = this.layers.get(name);
    if (layers === undefined) this.layers.set(name, (layers = []));
    this.places.set(layer, { name, ordinal: layers.push(layer) });
  }

  /** How many contexts have a name. */
  countOf(name: string): number {
    return this.layers.get(name)?.length ?? 0;
  }

  /** Which of the contexts of its name one is, counting from 1; 0 when it never began. */
  ordinalOf(layer: number): number {
    return this.places.get(layer)?.ordinal ?? 0;
  }

  /** `worker`, `worker#2` where there are several, `"worker#2"` where an agent is really named so beside those. */
  labelOf(layer: number): string | undefined {
    const place = this.places.get(layer);
    if (place === undefined) return undefined;
    const { name, ordinal } = place;
    if (this.countOf(name) > 1) return `${name}#${ordinal}`;
    const [, other = "", number = ""] = NUMBERED.exec(name) ?? [];
    const count = this.countOf(other);
    return count > 1 && Number(number) <= count ? JSON.stringify(name) : name;
  }
}

/** Reads `worker#2` as the second of those named `worker`; any other text is a name alone. */
export function readAgentLabel(text: string): { readonly name: string; readonly ordinal?: number } {
  const [, name, number] = NUMBERED.exec(text) ?? [];
  return name === undefined ? { name: text } : { name, ordinal: Number(number) };
}
