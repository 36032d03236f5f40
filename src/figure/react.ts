/** What of React the stage's components and their store use, out of Preact's compat layer: its default export would bring all of it. */
import { useCallback, useSyncExternalStore } from 'preact/compat';

/** Only developer tools read it. */
export const useDebugValue = (): void => {};

export {
  createContext,
  Fragment,
  memo,
  useCallback,
  useContext,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'preact/compat';

export default { useCallback, useDebugValue, useSyncExternalStore };
