/**
 * The edition that wrote format 1, as data: taken once from its own program and layouts, never changed. Read by `format-1.ts`.
 *
 * A field: `w` word, `a` atomic, `t` time, `l` list, `m` mtlist, `r` raw, `p` part; its name; `*n` words; what it holds, where
 * that is no number. A procedure: its key, its locals, its steps, each with the fixes and mutations that it came (+) and went (-) by.
 */

/** Fields of each struct; parts before what they lie in. */
export const STRUCTS: Readonly<Record<string, string>> = {
  quic_pktns: `w.largestRx w.flags w.nbAepkts w.ackRanges w.largestAcked w.inFlight t.timeOfLastEliciting t.lossTime
    l.sent w.nextPn w.probe`,
  quic_enc_level: 'l.pqpkts l.rx w.discarded w.crypto*16',
  ebmb_node: 'w.key*5 w.keyLen w.pair w.kids*4?branch',
  eb_root: 'w.fan w.top?branch',
  global: `w.bug w.bugTid w.bugPc?place w.gate w.acceptTarget a.qcEpoch a.halfOpen a.jobs w.stopping w.netNext
    t.presentMs t.presentNs a.isolated`,
  thread_ctx: `w.fp w.ret?either t.clockMs t.clockNs a.flags a.pipe a.harmless w.waiting t.waitMs t.nextMs t.wakeMs
    t.wakeNs w.expired a.epAny w.held l.urgent l.normal l.bulk l.heavy m.sharedTasklets m.hand l.rqueue
    a.rqTotal w.nbTasks w.current>task w.currentQueue l.quicConns l.quicConnsClo l.timers w.updtCount
    r.loops r.handled r.redispatched r.sent r.handDgram r.steps`,
  task: `a.state w.tid w.process?procedure w.context?any l.list t.expire t.key l.wq w.arg r.armedAt`,
  quic_connection_id: 'p.node=ebmb_node w.seqNum w.qc>quic_conn a.tid l.byQc',
  quic_conn: `w.flags w.state w.muxState w.fd w.li>listener w.conn>connection w.capConn w.odcid*6 w.dcid*6
    w.scid>quic_connection_id l.cids w.nextCidSeq m.acceptList l.elThCtx w.qcEpoch w.tasklet>task
    w.waitEvents w.timerTask>task w.idleTask>task t.idleExpire t.ackExpire t.timer l.rxPkts w.rxBufUsed
    p.els=quic_enc_level p.els1=quic_enc_level p.els2=quic_enc_level p.els3=quic_enc_level
    p.pktns=quic_pktns p.pktns1=quic_pktns p.pktns2=quic_pktns w.peerAddr w.rxBytes w.txBytes w.validated
    t.srtt t.rttvar t.rttMin w.ptoCount w.ptoProbe w.nbPktForCc w.nbPktSinceCc w.err w.keyGen w.sendCursor
    w.processed w.seen w.handTask>task w.pendTo w.appFramesQueued w.inferred r.datagrams r.packets
    r.rebindFrom r.rebindTrigger r.rebindSeq`,
  connection: 'w.qc>quic_conn w.target>listener w.flags',
  quic_rx_packet: `w.refcnt w.qc>quic_conn w.type w.flags w.dgram w.off w.len w.pnOff w.ordinal w.pn w.aeliciting l.byQc
    l.byLevel`,
  quic_tx_packet: 'w.pn w.aeliciting w.len t.timeSent l.bySpace',
  quic_dgram: 'w.owner>listener a.buf w.len w.saddr w.qc>quic_conn l.recvList m.handlerList',
  quic_receiver_buf: 'w.head w.data l.dgrams m.el',
  quic_dghdlr: 'm.dgrams w.task>task',
  quic_accept_queue: 'm.listeners w.tasklet>task',
  accept_queue_ring: 'a.head a.tail w.tasklet>task',
  listener: 'w.fd w.tgid w.threadMask*2 m.rxbufs a.nbconn a.thrIdx w.addr',
  li_per_thread: 'm.list m.conns a.thrConn',
  fdtab: `a.runningMask*2 a.threadMask*2 a.updateMask*2 a.state a.refcTgid w.iocb?procedure w.owner?any
    a.pollRecv*2 w.kqHead w.kqTail w.kqLen a.kqLock w.peer`,
  quic_cid_tree: 'p.root=eb_root a.lock',
};

/** Its procedures, by id. */
export const PROCEDURES = `
run_poll_loop|wake i|1 3 5a 5x+X15 5x2+X15 5b 5c 5d-X15 5e-X15 8 9a 9e 9f 9g 10
wake_expired_tasks|budget|1
process_runnable_tasks|budget tl>task state|1 2 3 4 pick state call after free next
tasklet_wakeup|tl>task tid|1 2 3 4
task_kill|t>task home|1 2 3 4
tasklet_kill|tl>task home|1 2 3 4
fd_want_recv|fd|1 2
fd_migrate_on|fd tid|S8.1 S8.2 S8.3 S8.4
_update_fd|fd|1 2
fd_update_events|fd mustStop|a b c d e0 f h i j k m0 m1
quic_get_cid_tid|dg saddr node>quic_connection_id lock>word tid|1 2 2b+72267ff35 3 4 5-7cab3a3c3 5n+7cab3a3c3 5b+72267ff35 6 8-72267ff35 8n+72267ff35
quic_lstnr_dgram_dispatch|dg saddr rxbuf>quic_receiver_buf dgram>quic_dgram tid conn>quic_conn|1 2 3 3x+X20 4 5 5x+X05 6 7
quic_lstnr_sock_fd_iocb|fd rxbuf>quic_receiver_buf count spare>quic_dgram dg|1 2 3a 3b 3c 3d 3e 4 5
quic_lstnr_dghdlr|tl>task hdlr>quic_dghdlr max dgram>quic_dgram|0 1 2 3-9b5f11cd3 4 5 6 7
retrieve_qc_conn_from_cid|pkt>quic_rx_packet saddr lock>word node>quic_connection_id other?either|1 2 3 4 4b 5-X01 6 7
quic_rx_pkt_retrieve_conn|pkt>quic_rx_packet dgram>quic_dgram lock>word cid>quic_connection_id other?either qc>quic_conn|1 2 2a 2c 2cf+4ae29be18 2cg+4ae29be18 2d 2d.1 2d.2 2d.r+4ae29be18 won+123181096 2d.3 2e 2f-4ae29be18 2g-4ae29be18 2g2+4ae29be18 unknown
quic_dgram_parse|dgram>quic_dgram from>quic_conn li>listener qc>quic_conn pos pkt>quic_rx_packet other ordinal dg reason|0 1 2 3 3a 3b 3x+X05 3c-X11 3y+X16 3z+X17 3d+7fc52357c 3e 4 4f+d6646dddc 4c 5 6 next end nomem+a65dd3a2c nomem1-a65dd3a2c nomem1n+a65dd3a2c
qc_rx_pkt_handle|qc>quic_conn pkt>quic_rx_packet|1 2 3
LIST_APPEND|head>list el>list|.1 .2 .3 .4
qc_new_conn|cid>quic_connection_id dgram>quic_dgram pkt>quic_rx_packet qc>quic_conn task>task fd|1 2 2i+d537ca79d 3 4 4b 5 6 7 7b 8 9 err err1
quic_conn_sock_fd_iocb|fd|1 2
qc_rcv_buf|qc>quic_conn dgram>quic_dgram dg node>quic_connection_id lock>word rxbuf>quic_receiver_buf|1 2 3 3a 3b 3e+05f59a51a-192abc6f8 3f+192abc6f8 3c 3d-05f59a51a 4 4b 5 5a 5b 5c-76d502588 5c2+76d502588 5d 7 8
quic_conn_io_cb|tl>task qc>quic_conn state level|1 3 4 5 6 6b 6c 6i 7 10 10s 10d 10b 10c 11 12 out
quic_conn_app_io_cb|tl>task qc>quic_conn state level|1 2 3 4 5 6 8 9
qc_rm_hp_pkts|qc>quic_conn level|1
qc_treat_rx_pkts|qc>quic_conn level pkt>quic_rx_packet frame|1 2 infer 3 4 4b 4c tls hello finished out
qc_provide_cdata|qc>quic_conn|1 2 3 4 5
qc_set_timer|qc>quic_conn|1 2
qc_process_timer|task>task qc>quic_conn state|1 2 3 4 5 6
qc_idle_timer_task|task>task qc>quic_conn state|1 2 3 4 end stay
qc_send_ppkts|qc>quic_conn k|1 2 3 4 5 6 ack close cc cc2 cc3 out
quic_set_connection_close|qc>quic_conn err|1
qc_dgrams_retransmit|qc>quic_conn left space|1 2 3 4
quic_build_post_handshake_frames|qc>quic_conn left cid>quic_connection_id lock>word taken|1 2 3 4-2623e0a0b 4n+2623e0a0b 5 5n+2623e0a0b 6
qc_handle_retire_connection_id_frm|qc>quic_conn seq dg cid>quic_connection_id lock>word fresh>quic_connection_id|1 2l+dd58dff1e 2-dd58dff1e 2n+dd58dff1e 2u+dd58dff1e 3 4 5 6 7 out
quic_accept_push_qc|qc>quic_conn|1 2 3 4 5
quic_accept_run|tl>task|1 2 3 4 5
listener_accept|rounds qc>quic_conn conn>connection idx q1 q2 tid pos|1 2 3 4l-1acbbca17 4+1acbbca17 4a+1acbbca17 4b+1acbbca17 4c+1acbbca17 4d+1acbbca17 4e+1acbbca17 5+1acbbca17 6+1acbbca17-X21 6b+1acbbca17-X21 6x+X22 7+1acbbca17 7a+95f624540-X21 7b+1acbbca17 8+1acbbca17 8y+X21 8z+X21 full+95f624540 local local2 none
accept_queue_process|tl>task ctx>accept_queue_ring state n conn>connection|1 2 3 4 again out
session_accept_fd|conn>connection qc>quic_conn|1 1f+a8968701c 2 3 3f+1acbbca17-d6646dddc 3g+d6646dddc-a8968701c 4 4w+d8f1ff864 5 6 7 8 r1 r2 r3 r4 r5
qc_set_tid_affinity|qc>quic_conn new_tid t1>task t2>task t3>task old>task|S1.1 S1.2-X03 S1.3-X03 S14x+X02 S2 S3-X25 S4 S5.1 S5x+X03 S5.2 S6.0+739de3f11 S6-X04 S6y+X04 S6x+X03 S7 S7y+X04 S8-95f624540-X13 S9 S10-7b516d373 S11-7b516d373 S12-7b516d373 S13-95f624540-X06 S13f+d6646dddc S14-95f624540-X02 S14y-95f624540+X13 S15-95f624540 S15n+95f624540 S-err.1 S-err.2 S-err.3
qc_finalize_affinity_rebind|qc>quic_conn|F0+d6646dddc F0c+7b516d373 F0d+7b516d373 F0e+7b516d373 F1 F2 F3 F4 F5 F6
<rebind by hand>|tl>task qc>quic_conn state to|H1 H2+739de3f11 H3 H4 H4c+95f624540 H6+739de3f11 H7+739de3f11 H8+739de3f11 H5
<finalize by hand>|tl>task qc>quic_conn state|H9 H10
qc_bind_tid_commit|qc>quic_conn new_tid fd|K1 S8-X13 S13-X06 S14-X02 S14y+X13 K2
qc_bind_tid_reset|qc>quic_conn|R1 R1x+X22 R2
quic_conn_release|qc>quic_conn cid>quic_connection_id lock>word|1 1b+bfdf14585 2 4 4b 6 7 8 9 10 10b 10c 10d 13 14 15
<close by hand>|tl>task qc>quic_conn state|C1 C2 C3 C4 C5
cli_io_handler_dump_quic|tl>task all state epoch thread closing el>list count|1 2 3 4 5 6 7
`;

/** Its fixes in their order, and the fingerprint of the revision that ends with each. */
export const FIXES = `25174d51e fcb6758f
5f8704152 f701a67e
739de3f11 44b322dd
1acbbca17 6b2b7fa8
d537ca79d a64103a4
a65dd3a2c ba94f8b6
d6646dddc dd31f733
7b516d373 61d84282
76d502588 571bfd61
4ae29be18 033d515f
123181096 851ba733
b34d35396 aca2f533
f59635c49 78a7e760
4070e4042 b2205977
a8968701c 9b817a80
7fc52357c 3fd5a5bf
dd58dff1e b7613f69
d8f1ff864 9c30306a
72267ff35 64913f7d
05f59a51a 715936dd
192abc6f8 2f24e23f
bfdf14585 45f163f0
95f624540 930cb9b8
2623e0a0b f93fc248
9b5f11cd3 fd0ddc8f
7cab3a3c3 5b648bd3`;
