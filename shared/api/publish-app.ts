import type { Hono } from 'hono';
import type { Update } from '../domain/update.ts';
import type { Acceptance } from '../fanout/accept.ts';
import type { Log } from '../runtime/log.ts';
import { type IsKey, requireOperator } from './authorize.ts';
import { newApp, readId } from './new-app.ts';
import { ProblemError } from './problem.ts';
import { MAX_STATUSPAGE_BYTES, readBody, readJson } from './read-body.ts';
import { updateSchema } from './schemas.ts';
import { readStatuspage } from './statuspage.ts';
import { toUpdate } from './to-update.ts';

export interface PublishDependencies {
  readonly accept: (update: Update) => Promise<Acceptance>;
  readonly isOperatorKey: IsKey;
  readonly isStatuspageToken: IsKey;
  readonly now: () => number;
  readonly log: Log;
}

/** The routes by which updates come in over HTTP. */
export function publishApp(deps: PublishDependencies): Hono {
  const app = newApp(deps.log);

  app.post('/v1/pages/:page/updates', async (context) => {
    await requireOperator(context.req.raw, deps.isOperatorKey);
    const page = readId(context.req.param(), 'page');
    const update = toUpdate(page, await readBody(context.req.raw, updateSchema));
    return answer(update, await publish(update, 'api'));
  });

  app.post('/v1/pages/:page/sources/statuspage/:token', async (context) => {
    const page = readId(context.req.param(), 'page');
    if (!(await deps.isStatuspageToken(context.req.param('token')))) {
      throw new ProblemError({
        status: 404,
        code: 'unknown-source',
        detail: 'Expected a known source address, got another',
      });
    }
    const update = readStatuspage(page, await readJson(context.req.raw, MAX_STATUSPAGE_BYTES));
    if (update === undefined) return context.json({ ignored: 'Only incidents and maintenance are told' });
    const acceptance = await publish(update, 'statuspage');
    // Statuspage sends an edited update under its old id: it was told once, and is not told again.
    if (acceptance.kind === 'conflict')
      return context.json({ ignored: 'The update was told before its edit' });
    return answer(update, acceptance);
  });

  async function publish(update: Update, source: string): Promise<Acceptance> {
    const startedAt = deps.now();
    const acceptance = await deps.accept(update);
    if (acceptance.kind === 'accepted' || acceptance.kind === 'repeated') {
      deps.log({
        event: `update.${acceptance.kind}`,
        page: update.page,
        update: update.id,
        incident: update.incident.id,
        sequence: acceptance.sequence,
        source,
        durationMs: deps.now() - startedAt,
      });
    } else {
      deps.log({ event: 'update.refused', source, code: acceptance.kind });
    }
    return acceptance;
  }

  return app;
}

function answer(update: Update, acceptance: Acceptance): Response {
  switch (acceptance.kind) {
    case 'unknownPage':
      throw new ProblemError({
        status: 404,
        code: 'unknown-page',
        detail: `Expected page ${update.page} to exist, got none; PUT /v1/pages/${update.page} creates it`,
      });
    case 'conflict':
      throw new ProblemError({
        status: 409,
        code: 'update-conflict',
        detail: `Expected update ${update.id} to be new or the same as before, got other content`,
      });
    case 'tooLarge':
      throw new ProblemError({
        status: 422,
        code: 'incident-too-large',
        detail:
          'Expected the components of all updates of an incident to take 380 KB at most, got more; name fewer of them',
      });
    case 'accepted':
    case 'repeated': {
      const body = {
        update: update.id,
        incident: update.incident.id,
        sequence: acceptance.sequence,
        receipt: `/v1/pages/${update.page}/updates/${update.id}/receipt`,
      };
      return Response.json(body, { status: acceptance.kind === 'accepted' ? 202 : 200 });
    }
  }
}
