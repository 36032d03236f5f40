/**
 * Mutants that are no other program, for a reason that a reader can check in the step's body: what no run can show. By id.
 */
export const BY_HAND: Readonly<Record<string, string>> = {
  'thread qc_set_tid_affinity/S-err.3':
    'its thread number goes into an event that only drawing reads; the step writes nothing but its answer',
  'plain qc_set_tid_affinity/S1.1':
    'what it accesses atomically lies in the task that it has just allocated, which no other thread can find before S4, and in this thread’s own count of tasks',
  'plain qc_set_tid_affinity/S1.2':
    'what it accesses atomically lies in the task that it has just allocated, which no other thread can find before S4, and in this thread’s own count of tasks',
  'plain qc_set_tid_affinity/S1.3':
    'what it accesses atomically lies in the tasklet that it has just allocated, which no other thread can find before S7',
  'plain quic_rx_pkt_retrieve_conn/2cn':
    'what it accesses atomically lies in the CID that it has just allocated, which no other thread can find before 2d.1',
  'plain quic_dgram_write/W8':
    'it fills a record that W5 has reserved for it, and that its reader leaves alone until W9 has stored the header',
  'plain quic_dgram_parse/0':
    'the datagram is this thread’s alone: its record from the header that Q1 has read until Q3 gives it back, or one that it has read itself from a socket',
  'drop quic_dgram_parse/4':
    'no step of today’s program reads which connection is noted in a datagram; only the mutation X20 does',
  'drop limit_listener/L2':
    'where it pauses already the three steps below change nothing: a second append to the queue is refused, or taken back by the R2 of who has popped it',
  'drop relax_listener/R2':
    'who calls it has popped the listener from that queue (Q1, LR6), or pops it next (LR5, then LR6), and a second call finds it READY',
  'plain tasklet_wakeup/4':
    'what it accesses atomically is the pipe, which is the kernel’s: write(2), and no access of HAProxy’s',
  'plain task_kill/4':
    'what it accesses atomically is the pipe, which is the kernel’s: write(2), and no access of HAProxy’s',
  'plain tasklet_kill/4':
    'what it accesses atomically is the pipe, which is the kernel’s: write(2), and no access of HAProxy’s',
  'swap qc_set_tid_affinity/S2 qc_set_tid_affinity/S3':
    'task_kill changes neither `expire` nor `armedAt`, and frees nothing before this thread’s scheduler runs again: S3 reads the same',
  'swap qc_finalize_affinity_rebind/F0d qc_finalize_affinity_rebind/F0e':
    'list and stamp are read together by `show quic` alone, which waits until this thread is parked; the epoch could be read as early or as late in either order',
  'swap qc_finalize_affinity_rebind/F0e qc_finalize_affinity_rebind/F1n':
    'the stamp is read by `show quic` alone, which waits until this thread is parked; F1n touches the socket',
  'swap qc_finalize_affinity_rebind/F1n qc_finalize_affinity_rebind/F2':
    'F1n asks for the socket and F2 arms the loss timer, of which only this thread hears: not before both are done',
  'plain process_runnable_tasks/4':
    'what it accesses is the list of a person’s orders, which is the emulation’s own',
  'plain process_runnable_tasks/free':
    'it frees what was killed: nobody wakes that any more, and nothing but this thread’s hand leads to it; the count of tasks is this thread’s own',
  'plain limit_listener/L2':
    'whoever writes the state (L5, the R3 of relax_listener) holds the lock that L1 has taken',
  'swap relax_listener/R1 relax_listener/R2':
    'who has taken it from the queue goes on to R3 under the lock in either order, and lets it go on if it pauses by then, also where it came into the queue only after R2',
  'drop listener_accept/4r':
    'a word that has changed (it counts its changes) fails the CAS of 4eo too, which begins anew as well: 4r only saves the reading of the loads',
  'plain accept_queue_process/2':
    'between 1b, which has found it filled, and 2bj, which gives it back, nobody but this thread touches the place',
  'flag session_accept_fd/4w':
    'it wakes only where post-handshake frames are due, and just there 5c goes on down; the tasklet is this thread’s own, and runs after this callback',
  'swap listener_release/LR2 listener_release/LR3':
    'no step reads feconn or nbconn: both are only added to, and what the additions answer is not looked at',
  'swap listener_release/LR3 listener_release/LR4':
    'no step reads nbconn: it is only added to, and what the additions answer is not looked at',
  'drop listener_release/LR5':
    'a listener that pauses is LIMITED (FULL needs a `maxconn`, which no listener has here) and stands in the queue that LR6 empties, or is in the hand of who has popped it',
  'plain listener_accept/2q':
    'the queue and what stands in it are this thread’s until it hands the connection over, and the ring that it goes through orders both sides',
  'plain quic_conn_release/4l':
    'it stands in its own thread’s queue or in none: the old thread took it out before it handed it over through a ring, which orders both sides',
  'plain listener_accept/4q': 'it reads this thread’s own count, which no other thread writes',
  'swap listener_accept/4o listener_accept/4aj':
    'each of the two lengths is one load of its own, and nothing ties the moments of the loads together, in either order',
  'swap listener_accept/4aj listener_accept/4cj':
    'each of the two lengths is one load of its own, and nothing ties the moments of the loads together, in either order',
  'swap listener_accept/AF3 listener_accept/AF4':
    'nobody takes the lock of the group’s timers while it holds the listener’s, or waits for a date with the other in hand: the two are held together for longer, and that is all',
  'swap limit_listener/L3 limit_listener/L4':
    'who finds the listener in the queue waits for the lock (R1) before it looks at it, and who sees the socket’s bit looks at nothing else of it',
  'swap limit_listener/L4 limit_listener/L5':
    'who sees the state waits for the lock (R1, L1) before it does anything, and who sees the socket’s bit looks at nothing else of the listener',
  'swap listener_accept/4b listener_accept/4d':
    'each of the two counts is one load of its own, and nothing ties the moments of the loads together, in either order',
};
