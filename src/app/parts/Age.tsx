import { usePicture } from '../session/context.tsx';

/** How old the figures are, while nothing has been heard of who makes them; they are grey then. */
export function Age() {
  const age = usePicture((p) => p.age);
  if (age === 0) return null;
  return (
    <p className="age" data-testid="age">
      These figures are {age} s old.
    </p>
  );
}
