/** The channel to the extension and the state that outlives a hidden webview; it knows no message's meaning. */

/** The extension's side of a webview, typed by what goes in, what goes out and what is kept across hide and show. */
export interface HostChannel<Incoming, Outgoing, State> {
  /** What {@link HostChannel.keep} was last given, also from before the webview was hidden; undefined at first. */
  readonly kept: State | undefined;
  post(message: Outgoing): void;
  /** Replaces what is kept. Cheap enough to call at each change, but not at each scrolled pixel. */
  keep(state: State): void;
  /** The listener hears every message that comes after this call; post `ready` only after it. */
  onMessage(listener: (message: Incoming) => void): void;
}

/** Opens the channel. VS Code allows it once for each page. */
export function connectHost<Incoming, Outgoing, State>(): HostChannel<Incoming, Outgoing, State> {
  const api = acquireVsCodeApi<State>();
  return {
    kept: api.getState(),
    post: (message) => api.postMessage(message),
    keep: (state) => void api.setState(state),
    onMessage: (listener) => window.addEventListener("message", ({ data }) => listener(data as Incoming)),
  };
}
