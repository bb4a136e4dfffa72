/** A view that breaks shows its fault in its own place; the rest of the app goes on. */
import { Component, type ReactNode } from 'react';
import { ErrorState } from '../components/feedback.tsx';
import { CallFault } from '../lib/faults.ts';
import s from './screen.module.css';

type Props = {
  children: ReactNode;
  /** Another value (the address) tries again. */
  at: string;
  onError?: (error: unknown) => void;
  /** What stands in its place; by default the fault. */
  shows?: ReactNode;
};
type State = { error: unknown; at: string };

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, at: this.props.at };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    const why = error instanceof Error ? error.message : String(error);
    return {
      error: new CallFault({
        code: 'VIEW_FAILED',
        message: 'This view could not be drawn.',
        why,
        fix: 'Load the page again; the other views are not affected.',
      }),
    };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.at === state.at ? null : { error: null, at: props.at };
  }

  override componentDidCatch(): void {
    this.props.onError?.(this.state.error);
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    if (this.props.shows !== undefined) return this.props.shows;
    return (
      <>
        <header className={s.top} />
        <main className={s.middle} id="main">
          <ErrorState error={this.state.error} onRetry={() => location.reload()} />
        </main>
      </>
    );
  }
}
