import { Brand } from '../parts/Icon.tsx';

/** Whose page it is: every bar at the top begins with it. */
export const PageName = () => (
  <h1 className="brand">
    <Brand />
    <b>Rebind</b>
  </h1>
);
