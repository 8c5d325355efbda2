import { json, type Reply } from '../http-endpoint.ts';

/** SES exceptions by the HTTP status that they travel with (src: the SES v2 API model). */
const STATUS: Readonly<Record<string, number>> = {
  AccountSuspendedException: 400,
  BadRequestException: 400,
  ConflictException: 409,
  InternalServiceErrorException: 500,
  LimitExceededException: 400,
  MailFromDomainNotVerifiedException: 400,
  MessageRejected: 400,
  MissingAuthenticationTokenException: 403,
  NotFoundException: 404,
  SendingPausedException: 400,
  ThrottlingException: 400,
  TooManyRequestsException: 429,
  AccessDeniedException: 403,
  UnrecognizedClientException: 403,
};

/** A request that SES refuses as a whole. */
export class SesRefusal extends Error {
  readonly exception: string;

  constructor(exception: string, message: string) {
    super(message);
    this.exception = exception;
  }
}

/** The refusal in SES's wire shape (REST-JSON 1): the SDK reads the name from `x-amzn-errortype`. */
export function sesError(exception: string, message: string, status = STATUS[exception] ?? 400): Reply {
  return json(status, { message }, { 'x-amzn-errortype': exception });
}
