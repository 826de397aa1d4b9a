import type { BusMessage } from '../actors/contracts.ts';

/** The messages of one frame of `/ws/threats`: a packed frame holds some, a text frame one. */
export async function readFrame(data: string | ArrayBuffer | Blob): Promise<readonly BusMessage[]> {
  if (typeof data === 'string') {
    const message: BusMessage = JSON.parse(data);
    return [message];
  }
  const plain = new Blob([data]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const messages: readonly BusMessage[] = await new Response(plain).json();
  return messages;
}
