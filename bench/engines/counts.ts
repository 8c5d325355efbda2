/** What arrived at the engines since it was last asked for, retries included: nothing is counted in the contenders. */
export interface AwsCounts {
  /** Requests by service and operation: `dynamodb.PutItem`, `sqs.SendMessageBatch`, `ses.SendBulkEmail`. */
  readonly calls: Readonly<Record<string, number>>;
  readonly readUnits: number;
  readonly writeUnits: number;
}

export class Counter {
  #calls = new Map<string, number>();
  #readUnits = 0;
  #writeUnits = 0;

  call(name: string): void {
    this.#calls.set(name, (this.#calls.get(name) ?? 0) + 1);
  }

  read(units: number): void {
    this.#readUnits += units;
  }

  write(units: number): void {
    this.#writeUnits += units;
  }

  /** All counts, and begins anew. */
  take(): AwsCounts {
    const taken = {
      calls: Object.fromEntries(this.#calls),
      readUnits: this.#readUnits,
      writeUnits: this.#writeUnits,
    };
    this.#calls = new Map();
    this.#readUnits = 0;
    this.#writeUnits = 0;
    return taken;
  }
}

export function totalCalls(counts: AwsCounts): number {
  return Object.values(counts.calls).reduce((sum, calls) => sum + calls, 0);
}

export function addCounts(a: AwsCounts, b: AwsCounts): AwsCounts {
  const calls = { ...a.calls };
  for (const [name, count] of Object.entries(b.calls)) calls[name] = (calls[name] ?? 0) + count;
  return { calls, readUnits: a.readUnits + b.readUnits, writeUnits: a.writeUnits + b.writeUnits };
}
