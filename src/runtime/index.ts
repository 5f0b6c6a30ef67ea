/** Owns what the module `agent-context` exports; loading it tells a waiting inspector, and does nothing else. */

import { openInspector } from "./openInspector";
import { eventLogOf, runLog } from "./runLog";

export { AgentContext } from "./agentContext";
export { InvalidValueError } from "./errors";
export { jsonEqual, MAX_DEPTH } from "./jsonValue";
export { runLog, RunLog } from "./runLog";
export { StateStore } from "./stateStore";
export { TaskScope } from "./taskScope";

export type { AgentEvent } from "./agentEvent";
export type { AgentLog } from "./agentLog";
export type { MergeResult } from "./contextLayer";
export type { JsonObject, JsonValue } from "./jsonValue";
export type { LocalState } from "./localState";
export type { MergeOptions, MergePlan, MergePlanEntry, PlanKind, PlanSide } from "./mergePlan";
export type { StateStoreOptions } from "./stateStore";
export type { Transition } from "./transitions";

openInspector(eventLogOf(runLog()));
