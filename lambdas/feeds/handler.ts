import { answerHttp } from '../../shared/api/answer-http.ts';
import { compose } from './compose.ts';

/** Called by the HTTP API: feeds and calendars. */
export const handler = answerHttp(compose());
