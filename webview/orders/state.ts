/** What the page keeps while it is hidden: choices and places, never the arrangement, which is the extension's. */

/** Kept by `vscode.setState`; replaced as a whole at each change. */
export interface OrdersState {
  readonly filter: string;
  /** Only keys whose outcome depends on the order, or under other policies those that several merges write. */
  readonly onlyContested: boolean;
  readonly selectedKey: string | undefined;
  readonly activeAgent: string | undefined;
  readonly scrollTopPx: number;
  /** Parts that the merges take of the page, and the keys of the rest, 0 to 1. */
  readonly agentsShare: number;
  readonly keysShare: number;
}

/** The state of a page that was never shown before. */
export const INITIAL_STATE: OrdersState = {
  filter: "",
  onlyContested: false,
  selectedKey: undefined,
  activeAgent: undefined,
  scrollTopPx: 0,
  agentsShare: 0.27,
  keysShare: 0.5,
};
