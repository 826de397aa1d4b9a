const LATE = Symbol('late');

/** What the promise comes to; when it has not come within `ms`, what `late` makes of that: it answers something else, or throws. */
export async function beforeDeadline<T, L>(promise: Promise<T>, ms: number, late: () => L): Promise<T | L> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const deadline = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(() => resolve(LATE), ms);
  });
  try {
    const first = await Promise.race([promise, deadline]);
    return first === LATE ? late() : first;
  } finally {
    clearTimeout(timer);
  }
}
