/** Which agent's context the running code belongs to, across awaits, and the recording of scopes. */

import { contextLayerOf, type AgentContext } from "./agentContext";
import { currentScope, type Scope } from "./actorScope";
import type { ContextLayer } from "./contextLayer";
import { followIterator, isIterator, isThenable } from "./followIterator";
import { describeError } from "../core/describeError";
import type { JsonValue } from "../core/jsonValue";
import { recordAgentEnded, recordScopeEntered, recordScopeExited } from "../core/eventKinds";

interface ContextScope extends Scope {
  readonly context: AgentContext;
}

/** Runs code as an agent. Scopes nest, follow async work, and never mix. */
export const TaskScope = Object.freeze({
  /**
   * Runs `fn` in a scope of `context`, which lasts until its result is there: for a promise, until it settles; for a
   * generator or another iterator (or a promise of one), until that is done. The body of a generator runs in the scope
   * each time it is resumed, whoever resumes it.
   * @returns what `fn` returns, or a promise of it; for an iterator one that stands for it. What it throws is thrown on.
   * @throws TypeError when `context` is not an AgentContext.
   */
  run: runScope,
  /**
   * Binds a function to the innermost scope: whenever and wherever it is called, it runs there, and so do generators that
   * it returns. Outside any scope, it is bound to none. For what a queue, a pool or an emitter calls later, which
   * otherwise runs in the scope of whoever made its worker.
   * @returns a function with the same name, length, `this` and arguments.
   * @throws TypeError when `fn` is not a function.
   */
  bind: bindToScope,
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
  const scope: ContextScope = { id, agentName: layer.agentName, layer, context };
  /** The scope ends with a result, or goes on with the iterator that it is. */
  const finish = <R>(value: R): R => {
    if (isIterator(value)) {
      return followIterator(value, {
        enter: (step) => currentScope.run(scope, step),
        ended: (failure) => exit(layer, id, failure === undefined ? null : describeError(failure.error)),
      });
    }
    exit(layer, id, null);
    return value;
  };
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
  if (!(result instanceof Promise)) return finish(result);
  return result.then(
    (value) => finish(value) as Awaited<T>,
    (error: unknown) => {
      exit(layer, id, describeError(error));
      throw error;
    },
  );
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any function can be bound, and stays what it is
function bindToScope<Fn extends (this: any, ...values: any[]) => unknown>(fn: Fn): Fn {
  if (typeof fn !== "function") throw new TypeError("TaskScope.bind needs a function to bind.");
  const scope = currentScope.getStore();
  const enter = <R>(step: () => R): R => currentScope.run(scope, step);
  const bound = function (this: unknown, ...values: unknown[]): unknown {
    const result = enter((): unknown => Reflect.apply(fn, this, values));
    return isIterator(result) ? followIterator(result, { enter, ended: () => undefined }) : result;
  };
  Object.defineProperties(bound, {
    name: { value: fn.name, configurable: true },
    length: { value: fn.length, configurable: true },
  });
  return bound as Fn;
}

function exit(layer: ContextLayer, id: number, error: JsonValue): void {
  const { log, author } = layer;
  layer.openScopes--;
  recordScopeExited(log, author, id, error);
  if (layer.openScopes === 0) recordAgentEnded(log, author, error);
  log.passGate("call");
}
