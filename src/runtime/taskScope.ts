/** Which agent's context the running code belongs to, across awaits, and the recording of scopes. */

import { contextLayerOf, type AgentContext } from "./agentContext";
import { currentScope, type Scope } from "./actorScope";
import type { ContextLayer } from "./contextLayer";
import { describeError } from "../core/describeError";
import type { JsonValue } from "../core/jsonValue";
import { recordAgentEnded, recordScopeEntered, recordScopeExited } from "../core/eventKinds";

interface ContextScope extends Scope {
  readonly context: AgentContext;
}

/** Runs code as an agent. Scopes nest, follow async work, and never mix. */
export const TaskScope = Object.freeze({
  /**
   * Runs `fn` in a scope of `context`, which lasts until its result is there: for a promise, until it settles.
   * @returns what `fn` returns, or a promise of it; what it throws is thrown on.
   * @throws TypeError when `context` is not an AgentContext.
   */
  run: runScope,
  /** Calls `fn` with the context of the innermost scope. @returns what it returns; undefined outside any scope. */
  tryWith<T>(fn: (context: AgentContext) => T): T | undefined {
    const scope = currentScope.getStore() as ContextScope | undefined;
    return scope === undefined ? undefined : fn(scope.context);
  },
  /** The name of the innermost scope's agent; undefined outside any scope. */
  agentName(): string | undefined {
    return currentScope.getStore()?.agentName;
  },
});

function runScope<T>(context: AgentContext, fn: (context: AgentContext) => PromiseLike<T>): Promise<T>;
function runScope<T>(context: AgentContext, fn: (context: AgentContext) => T): T;
function runScope<T>(
  context: AgentContext,
  fn: (context: AgentContext) => T | PromiseLike<T>,
): T | Promise<Awaited<T>> {
  const layer = contextLayerOf(context);
  if (layer === undefined) throw new TypeError("TaskScope.run needs an AgentContext of this module.");
  if (typeof fn !== "function") throw new TypeError("TaskScope.run needs a function to run.");
  const { log } = layer;
  const id = log.nextScope();
  const outer = currentScope.getStore();
  recordScopeEntered(log, layer.author, id, outer?.id ?? 0);
  layer.openScopes++;
  log.passGate("call");
  const scope: ContextScope = { id, agentName: layer.agentName, context };
  let result: T | Promise<T>;
  try {
    result = currentScope.run(scope, () => {
      const returned = fn(context);
      // Adopted inside the scope: a lazy thenable starts its work when it is asked.
      return isThenable(returned) ? Promise.resolve(returned) : returned;
    });
  } catch (error) {
    exit(layer, id, describeError(error));
    throw error;
  }
  if (!(result instanceof Promise)) {
    exit(layer, id, null);
    return result;
  }
  return result.then(
    (value) => {
      exit(layer, id, null);
      return value as Awaited<T>;
    },
    (error: unknown) => {
      exit(layer, id, describeError(error));
      throw error;
    },
  );
}

function exit(layer: ContextLayer, id: number, error: JsonValue): void {
  const { log, author } = layer;
  layer.openScopes--;
  recordScopeExited(log, author, id, error);
  if (layer.openScopes === 0) recordAgentEnded(log, author, error);
  log.passGate("call");
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return (
    (typeof value === "object" || typeof value === "function") &&
    value !== null &&
    typeof (value as PromiseLike<T>).then === "function"
  );
}
