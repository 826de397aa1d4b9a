/** How a command ends, for scripts. Part of the interface: a number keeps its meaning. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  unauthorised: 4,
  unreachable: 5,
  otherwise: 6,
  /** 128 and the number of the signal, as shells have it. */
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** For `--help` and the documents. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'done',
  failed: 'refused or failed: the message says why',
  usage: 'the command line is not understood',
  notFound: 'there is no such thing, or nothing was found',
  unauthorised: 'no key, a wrong one, or one that may not do this',
  unreachable: 'no shield answers, or a part of it does not',
  otherwise: 'answered, and the answer is no: rulesets differ, another verdict, a held plan, a degraded shield',
  interrupted: 'interrupted by Ctrl-C',
  terminated: 'ended by SIGTERM',
};
