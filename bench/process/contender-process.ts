import { pathToFileURL } from 'node:url';
import type { Contender, ContenderAnswer, ContenderQuestion, Usage } from './messages.ts';

/**
 * Entry of a contender's process. Arguments: the module that makes it, and the role that it plays. The module exports
 * `createContender(role)`; everything else comes by the environment, as it does to a function.
 */
const [modulePath = '', role = ''] = process.argv.slice(2);

process.on('disconnect', () => process.exit());
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);

const { createContender }: { createContender: (role: string) => Promise<Contender> } = await import(
  pathToFileURL(modulePath).href
);
const contender = await createContender(role);

process.on('message', async (message) => {
  const question = message as ContenderQuestion; // only the parent writes to this channel
  try {
    tell({ kind: 'answer', id: question.id, value: await answer(question) });
  } catch (error) {
    tell({
      kind: 'threw',
      id: question.id,
      error: error instanceof Error ? String(error.stack) : String(error),
    });
  }
});
tell({ kind: 'ready', usage: usage() });

async function answer(question: ContenderQuestion): Promise<unknown> {
  switch (question.ask) {
    case 'plan':
      return contender.plan?.(question.update);
    case 'invoke':
      return contender.handle?.(question.event, question.remainingMs);
    case 'usage':
      return usage();
  }
}

function usage(): Usage {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  return {
    cpuMs: (userCPUTime + systemCPUTime) / 1_000,
    peakRssMb: maxRSS / 1_024,
    heapMb: process.memoryUsage().heapUsed / 2 ** 20,
  };
}

function tell(answer: ContenderAnswer): void {
  process.send?.(answer);
}
