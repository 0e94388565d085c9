/** What only the process can be blamed for: what it printed last belongs into the message. */
export class ProcessFault extends Error {}

/** A program wrote more than anyone can want: it is killed at once. */
export class OutputFlood extends ProcessFault {}
