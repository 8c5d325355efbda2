import { answerHttp } from '../../shared/api/answer-http.ts';
import { compose } from './compose.ts';

/** Called by the HTTP API: the pages that links in messages open. */
export const handler = answerHttp(await compose());
