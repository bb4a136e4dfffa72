/** A view that breaks shows its fault in its own place; the rest of the app goes on. */
import { Component, type ReactNode } from 'react';
import { ErrorState } from '../components/feedback.tsx';
import s from './screen.module.css';

type Props = { children: ReactNode; /** Another value (the address) tries the view again. */ at: string };
type State = { error: unknown; at: string };

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null, at: this.props.at };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return {
      error: {
        code: 'VIEW_FAILED',
        message: 'This view could not be drawn.',
        data: { why: error instanceof Error ? error.message : String(error), fix: 'Try again; other views are not affected.' },
      },
    };
  }

  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.at === state.at ? null : { error: null, at: props.at };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return (
      <>
        <header className={s.top} />
        <main className={s.middle} id="main">
          <ErrorState error={this.state.error} onRetry={() => this.setState({ error: null })} />
        </main>
      </>
    );
  }
}
