/** Where the sample attacks go: whoever reads the events can tell them from others by it. */
export const SAMPLE_PATH = '/edgeshield-sample';

const ATTACKS = [
  "q=1' UNION SELECT password FROM users--",
  'q=<script>alert(document.cookie)</script>',
  'file=../../../../etc/passwd',
] as const;

/**
 * Sends a few attacks from this browser through the shield, as anybody could; answers how many were not let through.
 * Null: nothing answered.
 */
export async function sendSample(): Promise<number | null> {
  const answers = await Promise.all(
    ATTACKS.map(async (attack) => {
      const [name = '', ...value] = attack.split('=');
      const query = new URLSearchParams({ [name]: value.join('=') });
      return fetch(`${SAMPLE_PATH}?${query}`, { cache: 'no-store' }).catch(() => null);
    }),
  );
  if (answers.every((answer) => answer === null)) return null;
  return answers.filter((answer) => answer !== null && [403, 429].includes(answer.status)).length;
}
