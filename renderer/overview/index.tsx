/** Overview. */
import { Screen } from '../frame/screen.tsx';

export default function OverviewView() {
  return <Screen crumbs={[{ label: 'Overview' }]}>{null}</Screen>;
}
