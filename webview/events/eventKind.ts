/** The sign and weight by which kinds of events are told apart at a glance; kinds are an open set. */

/** @returns the codicon of a kind and the class of its colour. */
export function eventKindSign(kind: string): {
  readonly icon: string;
  readonly weight: "write" | "merge" | "trouble" | "plain";
} {
  return SIGNS[kind] ?? { icon: "circle-small-filled", weight: "plain" };
}

const SIGNS: Readonly<Partial<Record<string, ReturnType<typeof eventKindSign>>>> = {
  run_started: { icon: "play", weight: "plain" },
  run_ended: { icon: "debug-stop", weight: "plain" },
  run_waiting: { icon: "watch", weight: "plain" },
  uncaught_error: { icon: "error", weight: "trouble" },
  events_lost: { icon: "warning", weight: "trouble" },
  state_snapshot: { icon: "device-camera", weight: "plain" },
  store_created: { icon: "database", weight: "plain" },
  agent_started: { icon: "robot", weight: "plain" },
  agent_ended: { icon: "sign-out", weight: "plain" },
  scope_entered: { icon: "debug-step-into", weight: "plain" },
  scope_exited: { icon: "debug-step-out", weight: "plain" },
  state_read: { icon: "eye", weight: "plain" },
  keys_read: { icon: "list-flat", weight: "plain" },
  state_changed: { icon: "edit", weight: "write" },
  state_rollback: { icon: "discard", weight: "write" },
  state_restored: { icon: "history", weight: "write" },
  merge_held: { icon: "debug-pause", weight: "merge" },
  merge_planned: { icon: "git-pull-request", weight: "merge" },
  state_committed: { icon: "git-merge", weight: "merge" },
  transaction_conflict: { icon: "git-branch-conflicts", weight: "trouble" },
};
