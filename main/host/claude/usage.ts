/**
 * Tokens and money of one run (one process of the CLI).
 *
 * Seen with 2.1.330: `total_cost_usd` and `modelUsage` of a result are cumulative over the turns of a process AND over `--resume`,
 * but only when the process before ended in order; after a SIGKILL they begin at zero. So they cannot be compared between runs.
 * `model_usage_since_last_result` is exact within the process and counts subagents too: its sum is the run. A CLI without it
 * reports what it has, cumulative. `result.usage` leaves subagents out and is not read. `--max-budget-usd` counts this process only, over all its turns; `--max-turns` counts each turn by itself.
 */
import type { Usage } from '#shared/domain/session-event.ts';
import type { ApiUsage, ModelUsage, ResultMessage } from './messages.ts';

type Totals = { input: number; output: number; cacheRead: number; cacheWrite: number };
const none = (): Totals => ({ input: 0, output: 0, cacheRead: 0, cacheWrite: 0 });

function add(to: Totals, more: Totals): void {
  to.input += more.input;
  to.output += more.output;
  to.cacheRead += more.cacheRead;
  to.cacheWrite += more.cacheWrite;
}

const ofApi = (usage: ApiUsage): Totals => ({
  input: usage.input_tokens ?? 0,
  output: usage.output_tokens ?? 0,
  cacheRead: usage.cache_read_input_tokens ?? 0,
  cacheWrite: usage.cache_creation_input_tokens ?? 0,
});

function ofModels(models: ModelUsage): { totals: Totals; cost: number | null } {
  const totals = none();
  let cost: number | null = null;
  for (const model of Object.values(models)) {
    add(totals, { input: model.inputTokens, output: model.outputTokens, cacheRead: model.cacheReadInputTokens, cacheWrite: model.cacheCreationInputTokens });
    if (model.costUSD !== undefined) cost = (cost ?? 0) + model.costUSD;
  }
  return { totals, cost };
}

export class UsageLedger {
  /** What results have settled. */
  #settled = none();
  #cost: number | null = null;
  #turns = 0;
  /** What messages after the last result have used: known before the result, without cost. */
  #open = new Map<string, Totals>();
  #openTurns = 0;
  #context: number | null = null;
  #window: number | null = null;
  #model = '';

  /** The model of the main conversation, as the CLI names it. */
  set model(name: string) {
    this.#model = name;
  }

  /** The CLI's main conversation got an answer: the last word on what the context holds. */
  message(id: string, usage: ApiUsage, main: boolean): void {
    const now = ofApi(usage);
    const before = this.#open.get(id);
    // A message tells its usage at its start and again at its end; the larger output is the later one.
    this.#open.set(id, before && before.output > now.output ? before : now);
    if (!main) return;
    if (before === undefined) this.#openTurns++;
    this.#context = now.input + now.cacheRead + now.cacheWrite + now.output;
  }

  /** A turn ended: replaces what was counted message by message with what the CLI says. */
  result(message: ResultMessage): void {
    const since = message.model_usage_since_last_result;
    if (since !== undefined) {
      const { totals, cost } = ofModels(since);
      add(this.#settled, totals);
      if (cost !== null) this.#cost = (this.#cost ?? 0) + cost;
      else if (this.#cost === null && message.total_cost_usd !== undefined) this.#cost = 0;
    } else if (message.modelUsage !== undefined) {
      this.#settled = ofModels(message.modelUsage).totals;
      this.#cost = message.total_cost_usd ?? this.#cost;
    }
    this.#turns += this.#openTurns;
    this.#openTurns = 0;
    this.#open.clear();
    const models = message.modelUsage ?? {};
    // Subagents may run on a model with another window; only when the main one is not listed the largest stands in.
    const main = models[this.#model]?.contextWindow ?? Math.max(0, ...Object.values(models).map((model) => model.contextWindow ?? 0));
    if (main > 0) this.#window = main;
  }

  now(): Usage {
    const totals = { ...this.#settled };
    for (const open of this.#open.values()) add(totals, open);
    return {
      inputTokens: totals.input,
      outputTokens: totals.output,
      cacheReadTokens: totals.cacheRead,
      cacheWriteTokens: totals.cacheWrite,
      costUsd: this.#cost,
      turns: this.#turns + this.#openTurns,
      contextTokens: this.#context,
      contextWindow: this.#window,
    };
  }
}
