import { startTables } from '../engine/dynamodb.ts';
import { createApi, type RequestOptions } from './api.ts';
import { UPDATE } from './bodies.ts';
import { freshPage } from './fresh-page.ts';
import { changingNothing, readProblem } from './problems.ts';

/** An API with one page that has one update, to send what must be refused. */
export async function startRefusals() {
  const tables = await startTables();
  const api = createApi(tables);
  const page = await freshPage(api);
  await api.request('POST', `/v1/pages/${page}/updates`, { body: UPDATE });
  return {
    tables,
    api,
    page,
    stop: tables.stop,
    /** The problem that a request meets, which changes nothing. `{page}` in the route is a page that exists. */
    async refused(route: string, options: RequestOptions) {
      const [method = '', path = ''] = route.split(' ');
      const answer = await changingNothing(api, () =>
        api.request(method, path.replace('{page}', page), options),
      );
      return readProblem(answer);
    },
  };
}

export type Refusals = Awaited<ReturnType<typeof startRefusals>>;
