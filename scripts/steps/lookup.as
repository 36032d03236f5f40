/** What the bench measures of compiled steps: the way from a datagram to its owner, without the steps around it. Stands behind `runtime.as`. */

/**
 * Sum of the owners of datagrams `from` to `from` + `n` - 1 of the store: each is parsed, its Destination Connection ID looked up under
 * the read lock of its tree, and the word that says the owner loaded, `owner` words from the beginning of the ID's node. Whoever asks has
 * the tables of the trees written.
 */
export function ownersOf(from: i32, n: i32, owner: i32): i32 {
  let sum = 0;
  for (let dg = from; dg < from + n; dg++) {
    x_parse(dg, 0);
    x_loadKey(h_dcidOff, h_dcidLen);
    const tree = x_k0 >>> 24;
    const lock = x_at(AT_TREE_LOCK, tree);
    if (!rdTry(lock)) unreachable();
    const node = cidLookup(x_at(AT_TREE_ROOT, tree), x_k0, x_k1, x_k2, x_k3, x_k4, x_klen);
    if (!node) unreachable();
    sum += m_ald(node + owner);
    rdUnlock(lock);
  }
  return sum;
}
