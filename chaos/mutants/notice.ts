/** Experiments that notice some mutants sooner than the usual ones, each with as much work as it takes. */
export const ORDER = ['order', '--scale', '0.2'];
export const PEOPLE = ['interleavings', '--scale', '0.5'];
export const QUEUES = ['queues', '--scale', '0.4'];
export const OUTAGE = ['outage', '--scale', '0.22'];
