import { answerHttp } from '../../shared/api/answer-http.ts';
import { compose } from './compose.ts';

/** Called by the HTTP API. */
export const handler = answerHttp(await compose());
