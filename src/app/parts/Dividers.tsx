import { Divider } from './Divider.tsx';

/** What the panels beside the stage are made larger and smaller by. */
export function Dividers() {
  return (
    <section className="dividers" aria-label="Sizes of the panels">
      <Divider edge="bottom" />
      <Divider edge="inspector" />
    </section>
  );
}
