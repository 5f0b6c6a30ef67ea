/** What the module `agent-context` exports; loading it tells a waiting inspector, and does nothing else. */

import { openInspector } from "./openInspector";
import { eventLogOf, runLog } from "./runLog";

export { AgentContext } from "./agentContext";
export { InvalidValueError } from "../core/invalidValue";
export { MergeConflictError, MergeRejectedError, StalePlanError } from "../core/mergeErrors";
export { jsonEqual, MAX_DEPTH } from "../core/jsonValue";
export { runLog, RunLog } from "./runLog";
export { StateStore } from "./stateStore";
export { TaskScope } from "./taskScope";

export type { AgentContextOptions } from "./agentContext";
export type { AgentEvent } from "../core/agentEvent";
export type { AgentLog } from "./agentLog";
export type { MergeResult } from "../core/mergeResult";
export type { JsonObject, JsonValue } from "../core/jsonValue";
export type { LocalState } from "./localState";
export type { MergeChoice, MergeConflict, MergeResolver } from "../core/mergeChoice";
export type { MergeProblem } from "../core/mergeProblems";
export type { MergeOptions } from "../core/mergeOptions";
export type {
  ConflictBy,
  ConflictPolicy,
  DecidedBy,
  MergePlan,
  MergePlanEntry,
  MergeTake,
  PlanKind,
  PlanSide,
  StaleRead,
} from "../core/mergePlan";
export type { FindingsOptions, StateStoreOptions } from "./stateStore";
export type { Transition } from "./transitions";

openInspector(eventLogOf(runLog()));
