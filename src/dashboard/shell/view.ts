import type { LedgerStore } from './ledger-store.ts';
import type { Toast } from './toast.ts';

/** One view of the dashboard, at `/dashboard/<id>`; its own state stands in the query, so that it can be linked to. */
export interface View {
  readonly id: string;
  readonly title: string;
  /** Builds the view into `root`; answers what takes it down again. */
  mount(root: HTMLElement, context: ViewContext): () => void;
}

/** A view that is loaded when it is first opened. */
export interface ViewEntry {
  readonly id: string;
  readonly title: string;
  load(): Promise<View>;
}

/** What the shell lends to a view. */
export interface ViewContext {
  /** What the bus has told. */
  readonly ledger: LedgerStore;
  /** Opens another view, or this one elsewhere. */
  readonly navigate: (view: string, query?: Readonly<Record<string, string>>) => void;
  /** A passing word at the page's edge, with a way to take back what it tells where there is one. */
  readonly toast: Toast;
}
