/** Preact's compat layer writes `tabIndex` on SVG as it stands, and SVG knows `tabindex` alone. */
import { options } from 'preact';

export function tabIndexOnSvg(): void {
  const before = options.vnode;
  options.vnode = (node) => {
    const props = node.props as Record<string, unknown>;
    if (typeof node.type === 'string' && 'tabIndex' in props) {
      props.tabindex = props.tabIndex;
      delete props.tabIndex;
    }
    before?.(node);
  };
}
