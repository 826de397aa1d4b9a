export interface ReceivedWebhook {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly status: number;
}

/** What tests that run in workerd, and can only send requests, may ask of the world outside. */
export interface OutsideOrder {
  /** Forgets all: an empty account, a receiver that has heard nothing and takes everything. */
  readonly reset?: true;
  /** With what webhooks are answered from now on. */
  readonly webhookStatus?: number;
}

export interface OutsideView {
  readonly received: readonly ReceivedWebhook[];
  readonly refused: readonly string[];
  /** Addresses by list. */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  readonly calls: readonly string[];
}
