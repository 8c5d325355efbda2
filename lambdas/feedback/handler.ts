import { answerHttp } from '../../shared/api/answer-http.ts';
import { compose } from './compose.ts';

/** Called by the HTTP API: what providers report. */
export const handler = answerHttp(compose());
