/* One upload through tus, as Sync/PROTOCOL.md §6 has it: bytes at offsets.
 *
 * A device brings LENGTH pieces to the centre, over a link that loses, doubles
 * and delays requests, between a centre and a device that lose power. The file
 * at the centre only grows; a request that the device gave up may still write.
 *
 * A file is kept as the pieces in it, two bits each (piece + 1), the first one
 * lowest: a piece written at a wrong place shows.
 */

#ifndef LENGTH
#define LENGTH 3
#endif
#ifndef NET
#define NET 2       /* requests broken or given up */
#endif
#ifndef CRASH
#define CRASH 2
#endif
#ifndef EXPIRE
#define EXPIRE 1    /* the centre drops the unfinished upload */
#endif

#define WHOLE          (LENGTH == 1 -> 1 : (LENGTH == 2 -> 9 : 57))   /* 1, 2, 3 */
#define size(file)     ((file) == 0 -> 0 : ((file) < 4 -> 1 : ((file) < 16 -> 2 : 3)))
#define append(file, piece) file = (file) | (((piece) + 1) << (2 * size(file)))

/* ---- The device ------------------------------------------------------------- */

mtype = { creating, asking, going, waiting, done };
mtype step = creating;
byte offset;          /* where it goes on */
byte acknowledged;    /* the largest offset it was told of this upload */
bit received;         /* it holds the receipt */

/* ---- The centre ------------------------------------------------------------- */

bit row;              /* the creation is committed */
bit complete;         /* so is the receipt */
byte ram, disk;       /* the file as it reads, and what a loss of power leaves for sure */

/* ---- Requests: the device waits for one, the other it gave up --------------- */

mtype = { free, sent, writing, synced };
mtype patch[2] = free;
byte piece[2];        /* the next piece of its body */
byte stop[2];         /* the body ends before this one */
byte mine = 2;        /* the one the device waits for; 2: none */

byte faults = NET, crashes = CRASH, expiries = EXPIRE;

/* ---- Properties that hold at every instant ---------------------------------- */

/* An acknowledged offset never shrinks, unless the upload is gone. */
#define promise_kept   (!row || complete || acknowledged <= size(disk))
/* Two requests never mix: every piece lies at its own place. */
#define in_place       (ram == (WHOLE & ((1 << (2 * size(ram))) - 1)) && size(ram) <= LENGTH)
/* A receipt means that the whole is durable. */
#define receipt_true   (!(received || complete) || (complete && disk == WHOLE))

active proctype always() {
end:
  atomic {
    !(promise_kept && in_place && receipt_true) ->
    assert(promise_kept);    /* an acknowledged offset shrank */
    assert(in_place);        /* two requests mixed */
    assert(receipt_true)     /* a receipt for what is not durable */
  }
}

/* ---- The centre's steps ------------------------------------------------------- */

inline end_request(k) { patch[k] = free; piece[k] = 0; stop[k] = 0 }

/* Whoever waits for this request hears that the connection broke, and asks. */
inline broken(k) {
  if :: mine == k -> mine = 2; step = asking :: else fi;
  end_request(k)
}

/* "A second request for an upload ends the first." */
inline preempt() {
#ifndef NO_PREEMPTION
  if :: patch[0] == writing || patch[0] == synced -> broken(0) :: else fi;
  if :: patch[1] == writing || patch[1] == synced -> broken(1) :: else fi
#else
  skip
#endif
}

inline tell(at) { offset = at; acknowledged = at; step = going }

inline sync() {
#ifndef ACK_BEFORE_FSYNC
  disk = ram
#else
  skip
#endif
}

#ifdef NO_OFFSET_CHECK
#define misplaced(k) false
#else
#define misplaced(k) (size(ram) != piece[k])
#endif

inline arrive(k) {
  if
  :: !row || complete -> broken(k)                       /* 404, or done: it asks */
  :: else ->
     preempt();
     sync();
     if
     :: misplaced(k) ->             /* 409 with the right offset */
        if :: mine == k -> mine = 2; tell(size(ram)) :: else fi;
        end_request(k)
     :: else -> patch[k] = writing
     fi
  fi
}

/* The last byte of the body is in the file. */
inline finish(k) {
  sync();
  if :: size(ram) >= LENGTH -> complete = 1 :: else fi;  /* its SHA-256 fits: in_place */
  patch[k] = synced
}

inline answer(k) {
  if :: mine == k -> mine = 2; tell(size(ram)) :: else fi;
  end_request(k)
}

active proctype centre() {
end:
  do
  :: atomic { patch[0] == sent -> arrive(0) }
  :: atomic { patch[1] == sent -> arrive(1) }
  :: atomic { patch[0] == writing && piece[0] < stop[0] -> append(ram, piece[0]); piece[0]++ }
  :: atomic { patch[1] == writing && piece[1] < stop[1] -> append(ram, piece[1]); piece[1]++ }
  :: atomic { patch[0] == writing && piece[0] == stop[0] -> finish(0) }
  :: atomic { patch[1] == writing && piece[1] == stop[1] -> finish(1) }
  :: atomic { patch[0] == synced -> answer(0) }
  :: atomic { patch[1] == synced -> answer(1) }
  od
}

/* ---- The device's steps --------------------------------------------------------- */

inline send(k) {
  patch[k] = sent; piece[k] = offset; stop[k] = LENGTH;
  if :: offset + 1 < LENGTH -> stop[k] = offset + 1 :: true fi;
  mine = k;
  step = waiting
}

active proctype device() {
  do
  /* POST is idempotent: it finds the upload that is there. */
  :: atomic { step == creating ->
       acknowledged = 0;
       if
       :: row = 1; preempt(); sync(); tell((complete -> LENGTH : size(ram)))
       :: faults > 0 -> faults--; row = 1                 /* the answer is lost */
       fi }
  :: atomic { step == asking && !row -> step = creating }
  :: atomic { step == asking && row ->
       preempt();
#ifndef HEAD_WITHOUT_FSYNC
       sync();
#endif
       tell((complete -> LENGTH : size(ram))) }
  :: atomic { step == going && row && offset < LENGTH && patch[0] == free -> send(0) }
  :: atomic { step == going && row && offset < LENGTH && patch[0] != free && patch[1] == free ->
       send(1) }
  :: atomic { step == going && !row -> step = creating }
  /* GET completes what a crash left between the last byte and the receipt. */
  :: atomic { step == going && row && offset == LENGTH ->
       if
       :: size(ram) == LENGTH -> sync(); complete = 1; received = 1; step = done
       :: else -> step = asking
       fi }
  :: step == done -> break
  od
}

/* ---- What goes wrong -------------------------------------------------------------- */

/* Some of what was not yet durable is there all the same. */
inline power_off() {
  do
  :: ram == disk -> break
  :: ram != disk -> ram = ram & ((1 << (2 * (size(ram) - 1))) - 1)
  :: disk = ram; break
  od;
  broken(0); broken(1)
}

active proctype world() {
end:
  do
  /* A connection breaks; the centre keeps the prefix. */
  :: atomic { faults > 0 && patch[0] != free -> faults--; broken(0) }
  :: atomic { faults > 0 && patch[1] != free -> faults--; broken(1) }
  /* The device gives a request up, which goes on without it. */
  :: atomic { faults > 0 && step == waiting -> faults--; mine = 2; step = asking }
  :: atomic { crashes > 0 && step != done -> crashes--; mine = 2; step = asking; offset = 0 }
  :: atomic { crashes > 0 && row -> crashes--; power_off() }
  :: atomic { expiries > 0 && row && !complete ->
       expiries--; row = 0; broken(0); broken(1); ram = 0; disk = 0; acknowledged = 0 }
  od
}
