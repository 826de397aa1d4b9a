import type { BusMessage } from '../actors/contracts.ts';

/** The messages of one frame of `/ws/threats`: a packed frame holds some, a text frame one. */
export async function readFrame(data: unknown): Promise<readonly BusMessage[]> {
  if (!(data instanceof ArrayBuffer)) {
    const message: BusMessage = JSON.parse(String(data));
    return [message];
  }
  const plain = new Blob([data]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const messages: readonly BusMessage[] = await new Response(plain).json();
  return messages;
}
