/**
 * What each rule looks at: fields as `struct.field`, other words by the name of their region, and two things that stand in
 * the threads' stacks: `frames` (which procedures run on what) and `steps` (where in them the threads stand). A search
 * asks a rule again only when something of this has changed.
 */

const OWNER = ['quic_conn free', 'quic_conn.cids', 'quic_connection_id.byQc', 'quic_connection_id.tid'];
const BETWEEN = [...OWNER, 'frames', 'steps', 'quic_conn.pendTo', 'quic_conn.capConn'];
const TREE = [
  'quic_cid_tree.root',
  'quic_connection_id.node',
  'quic_connection_id.qc',
  'quic_connection_id free',
];
const QUEUES = [
  'thread_ctx.rqueue',
  'thread_ctx.urgent',
  'thread_ctx.normal',
  'thread_ctx.bulk',
  'thread_ctx.heavy',
  'task.list',
];
const CONNS = ['thread_ctx.quicConns', 'thread_ctx.quicConnsClo', 'quic_conn.elThCtx'];
const INBOX = ['quic_dghdlr.dgrams', 'quic_dgram.handlerList'];

export const READS: Readonly<Record<string, readonly string[]>> = {
  I1: [...OWNER, 'frames', 'quic_conn.capConn'],
  I2: [...OWNER, 'quic_conn.capConn'],
  I2b: [...OWNER, ...TREE, 'quic_conn.capConn'],
  I3: ['frames', 'steps', 'quic_cid_tree.lock'],
  I3w: ['frames', 'steps', 'quic_cid_tree.lock', 'quic_connection_id.node'],
  I4: [...TREE, 'quic_connection_id.tid'],
  I4b: [...OWNER, ...TREE, 'quic_conn.capConn'],
  I5: [
    ...OWNER,
    'quic_conn.pendTo',
    'quic_conn.idleTask',
    'quic_conn.timerTask',
    'quic_conn.tasklet',
    'quic_conn.capConn',
    'task.tid',
  ],
  I6: [
    ...BETWEEN,
    'quic_conn.idleTask',
    'quic_conn.timerTask',
    'quic_conn.tasklet',
    'quic_conn.fd',
    'task.state',
    'fdtab.state',
  ],
  I7: ['quic_cid_tree.lock'],
  I8: [...BETWEEN, 'quic_conn.flags'],
  I9: [
    ...QUEUES,
    ...CONNS,
    ...INBOX,
    'thread_ctx.timers',
    'task.wq',
    'thread_ctx.sharedTasklets',
    'listener.rxbufs',
  ],
  I10: [...OWNER, ...CONNS, 'quic_conn.pendTo', 'quic_conn.capConn'],
  I11: [
    ...OWNER,
    'frames',
    'steps',
    'quic_conn.idleTask',
    'quic_conn.timerTask',
    'quic_conn.tasklet',
    'quic_conn.capConn',
    'task.tid',
  ],
  I11b: [
    ...OWNER,
    'quic_conn.fd',
    'quic_conn.pendTo',
    'quic_conn.tasklet',
    'quic_conn.capConn',
    'task.state',
    'fdtab.threadMask',
    'fdtab.state',
  ],
  I12: [...INBOX, 'quic_dgram.buf', 'datagram ledger'],
  I13: ['quic_dgram free', 'quic_dgram.buf', 'quic_dgram.saddr'],
  I14: ['datagram ledger'],
  I15: [
    'quic_conn free',
    'quic_conn.cids',
    'quic_conn.pendTo',
    'quic_conn.idleTask',
    'quic_conn.capConn',
    'task.wq',
    'task.state',
  ],
  I16: ['quic_dghdlr.dgrams', 'thread_ctx.held'],
  I17: ['thread_ctx.sharedTasklets', 'thread_ctx.rqueue', 'thread_ctx.held'],
  I18: ['quic_conn free', 'quic_conn.cids', 'quic_conn.pendTo', 'quic_conn.capConn'],
  I19: ['task free', 'task.state'],
  I20: ['quic_conn free', 'quic_conn.cids', 'quic_conn.rxPkts', 'quic_rx_packet.byQc', 'quic_rx_packet free'],
  I21: ['listener.rxbufs', 'quic_receiver_buf.el'],
  I22: [
    ...QUEUES,
    'listener.nbconn',
    'global.halfOpen',
    'global.jobs',
    'li_per_thread.thrConn',
    'thread_ctx.sharedTasklets',
    'thread_ctx.rqTotal',
  ],
  I23: ['frames', 'fdtab.threadMask', 'fdtab.runningMask'],
  I24: ['thread_ctx.quicConns', 'quic_conn.elThCtx', 'quic_conn.qcEpoch'],
  I25: ['accept_queue_ring.head', 'accept_queue_ring.tail', 'ring entries'],
  I26: [
    'quic_conn free',
    'quic_conn.cids',
    'quic_conn.conn',
    'quic_conn.acceptList',
    'quic_conn.capConn',
    'connection.flags',
  ],
  I27: ['frames', 'steps'],
};
