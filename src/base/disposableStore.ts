/** The lifetime of things that end together; knows nothing of what they are. */

/** Anything that can be ended; `vscode.Disposable` is one. */
export interface DisposableLike {
  dispose(): unknown;
}

/** Ends what was added to it, newest first, each once; one that fails does not keep the others from ending. */
export class DisposableStore implements DisposableLike {
  private readonly items: DisposableLike[] = [];
  private disposed = false;

  /** Adds `item` and returns it. A store that has ended ends the item at once. */
  add<T extends DisposableLike>(item: T): T {
    if (this.disposed) item.dispose();
    else this.items.push(item);
    return item;
  }

  /** @throws AggregateError of what the items threw, after all of them were ended. */
  dispose(): void {
    this.disposed = true;
    const errors: unknown[] = [];
    for (let item = this.items.pop(); item; item = this.items.pop()) {
      try {
        item.dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, "Not everything could be ended.");
  }
}
