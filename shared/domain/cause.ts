/** A stable code `<channel>.<reason>`, for example `sms.21610`. Never holds an address, a token or a body. */
export type Cause = string;
