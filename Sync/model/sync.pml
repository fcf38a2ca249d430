/* The journal, its receipts, epochs and incarnations of Sync/PROTOCOL.md.
 *
 * One lane. A handheld (0) and, from some moment on, its clone (1): the same
 * device, token, incarnation and journal on two machines. OPS operations, of
 * which POISON is always refused. Faults are counted, so every execution has
 * finitely many; which of them happen, and when, is left open.
 *
 * A chain hash stands for all that came before it, so a chain is kept as what
 * it hashes: two bits an entry, operation + 1, the first entry lowest. That
 * two chains have the same hash at place n is then prefix(a, n) == prefix(b, n).
 *
 * README.md says which part of the protocol each part is, what is checked and
 * what the switches (-D…) break.
 */

#ifndef OPS
#define OPS 3      /* operations in all; at most 3 */
#endif
#define POISON 1   /* the operation that the centre refuses */
#ifndef NET
#define NET 1      /* requests lost, doubled or overtaken */
#endif
#ifndef CRASH
#define CRASH 1    /* losses of power, of either side */
#endif
#ifndef BACKUP
#define BACKUP 1   /* backups made, beside the one of the empty centre */
#endif
#ifndef RESTORE
#define RESTORE 1
#endif
#ifndef CLONE
#define CLONE 1
#endif

#define bit_of(op)        (1 << (op))
#define has(set, op)      (((set) >> (op)) & 1)
#define entry(chain, n)   (((chain) >> (2 * ((n) - 1))) & 3)          /* op + 1 at place n */
#define prefix(chain, n)  ((chain) & ((1 << (2 * (n))) - 1))
#define length(chain)     lengths[chain]
#define set_of(chain)     sets[chain]
#define append(chain, op) chain = (chain) | (((op) + 1) << (2 * length(chain)))
#define member(chain, n)  (entry(chain, n) == 0 -> 0 : 1 << (entry(chain, n) - 1))
#define least(a, b)       ((a) < (b) -> (a) : (b))

/* How many entries a chain has, and which operations: tables, for speed. */
hidden byte lengths[64];
hidden byte sets[64];

/* ---- The centre: what a commit holds ------------------------------------ */

typedef Centre {
  byte epoch;
  byte chain[5];  /* received of incarnation 0 (shared), 1, 2 (of handheld 0), 3, 4 (of 1) */
  byte known;     /* operations that took effect or were refused */
  byte effect;    /* operations that took effect */
  byte log;       /* their order: what the change feed hands out */
  byte again;     /* incarnations that were told of POISON as a mere duplicate */
};
Centre ram;       /* as the running centre sees it */
Centre disk;      /* what a loss of power leaves */
Centre backup;    /* what a restore brings back */

inline copy(to, from) {
  to.epoch = from.epoch; to.known = from.known; to.effect = from.effect; to.log = from.log;
  to.again = from.again;
  to.chain[0] = from.chain[0]; to.chain[1] = from.chain[1]; to.chain[2] = from.chain[2];
  to.chain[3] = from.chain[3]; to.chain[4] = from.chain[4]
}

/* ---- The handhelds ------------------------------------------------------- */

mtype = { idle, reconciling, sending, waiting, asking, applying };   /* where a round stands */
mtype = { none, lost, gap, forked, receipt };                        /* answers to a segment */

typedef Handheld {
  /* durable */
  bit exists;
  byte journal;      /* operations whose lines are kept */
  byte incarnation;
  byte chain;        /* of the present incarnation */
  byte received;     /* receipts are held through this place */
  byte former;       /* the chain of the incarnation before, */
  byte formerly;     /*   and through which place its receipts count */
  byte epoch;
  byte cursor;       /* how far the feed was read */
  byte replica;      /* effects that came with it */
  bit told;          /* POISON's receipt gave the reason: it waits in quarantine */
  /* gone when the power is */
  mtype at;
  byte unsynced;     /* operation + 1 that no commit holds (only when broken) */
  byte sawEpoch;     /* the answer to session or changes in hand */
  byte sawChain;
  byte sawLog;
  bit sawAgain;
  mtype answer;      /* the answer to the segment in hand */
  byte answerEpoch;
  byte answerChain;
  byte answerPlace;
  bit answerAgain;
};
Handheld hand[2];

/* ---- The network: a live request of each, and one that nobody waits for -- */

typedef Request { bit there; byte incarnation; byte first; byte chain };
Request net[3];    /* 0, 1: of that handheld, its answer wanted; 2: overtaken or doubled */

byte made;         /* how many operations a worker was told are saved: 0 … made − 1 */
byte faults = NET, crashes = CRASH, backups = BACKUP, restores = RESTORE, clones = CLONE;

/* The request in the centre's hands. */
mtype = { free, applied, synced, answered };
mtype desk = free;
byte from;         /* net's slot it came in */
mtype reply;
byte replyEpoch, replyChain, replyPlace;
bit replyAgain;

hidden byte i, op, set, last;

/* ---- Properties that hold at every instant -------------------------------- */

#define receipts(d) \
  (set_of(prefix(hand[d].chain, hand[d].received)) | \
   set_of(prefix(hand[d].former, hand[d].formerly)))
#define saved       ((1 << made) - 1)

/* DESIGN §5: on a journal, or its effect or refusal is durable at the centre. */
#define nothing_lost  ((saved & ~(hand[0].journal | hand[1].journal | disk.known)) == 0)
/* Received means that the present history has it. */
#define receipt_true(d) \
  (hand[d].epoch != disk.epoch || (receipts(d) & ~disk.known) == 0)
/* A refusal is not lost: who holds its receipt has the reason. */
#define reason_known(d) (!has(receipts(d), POISON) || hand[d].told)
/* Who was told of no receipt keeps the line. */
#define kept(d)       ((set_of(hand[d].chain) & ~receipts(d) & ~hand[d].journal) == 0)

active proctype always() {
end:
  atomic {
    !(nothing_lost && receipt_true(0) && receipt_true(1) && reason_known(0) && reason_known(1) &&
      kept(0) && kept(1)) ->
    assert(nothing_lost);                           /* an operation is nowhere */
    assert(receipt_true(0) && receipt_true(1));     /* received, but the centre lacks it */
    assert(reason_known(0) && reason_known(1));     /* a refusal without its reason */
    assert(kept(0) && kept(1))                      /* a line without a receipt is gone */
  }
}

/* ---- A handheld's steps (PROTOCOL §10) ------------------------------------ */

inline forget_round(d) {
  hand[d].at = idle; hand[d].answer = none;
  hand[d].sawEpoch = 0; hand[d].sawChain = 0; hand[d].sawLog = 0;
  hand[d].sawAgain = 0; hand[d].answerEpoch = 0; hand[d].answerChain = 0;
  hand[d].answerPlace = 0; hand[d].answerAgain = 0
}

/* A private chain never forks; a restore begins another one once. */
inline next_incarnation(d) {
  assert(hand[d].incarnation == 0 || hand[d].incarnation == 2 * d + 1);  /* too many */
  hand[d].incarnation = (hand[d].incarnation == 0 -> 2 * d + 1 : 2 * d + 2);
  hand[d].received = 0
}

/* §7 chain-forked: what has no receipt stands again in a new chain. */
inline begin_incarnation(d) {
  assert(hand[d].incarnation == 0);    /* a chain forked that is one handheld's alone */
  hand[d].former = hand[d].chain;
  hand[d].formerly = hand[d].received;
  hand[d].chain = hand[d].chain >> (2 * hand[d].received);
  next_incarnation(d)
}

/* §9: everything that the device still has stands again, in the order it was
   done. Operations are numbered in that order. */
inline stand_again(d) {
  hand[d].chain = 0;
  op = 0;
  do
  :: op < OPS ->
     if :: has(hand[d].journal, op) -> append(hand[d].chain, op) :: else fi;
     op++
  :: else -> break
  od;
  op = 0;
  hand[d].former = 0; hand[d].formerly = 0;
  next_incarnation(d)
}

#ifdef FORGET_FORMER
#define AGAIN false
#else
#define AGAIN true
#endif

/* Whether the centre has another journal under this incarnation. */
#ifdef CLONE_UNDETECTED
#define alien(d) false
#else
#define alien(d) (prefix(hand[d].chain, last) != hand[d].sawChain)
#endif

/* §7 session, §9: one transaction. */
inline reconcile(d) {
  set = (hand[d].epoch != hand[d].sawEpoch);
#ifndef NO_EPOCH_CHECK
  if
  :: set -> hand[d].epoch = hand[d].sawEpoch;
#ifndef CURSOR_KEPT
     hand[d].cursor = 0
#endif
  :: else
  fi;
#endif
  last = length(hand[d].sawChain);
  if
  :: set && AGAIN && (alien(d) || hand[d].incarnation != 0) -> stand_again(d); forget_round(d)
  :: !(set && AGAIN && (alien(d) || hand[d].incarnation != 0)) && alien(d) ->
     begin_incarnation(d); forget_round(d)
  :: else ->
#ifndef NO_EPOCH_CHECK
     hand[d].received = least(hand[d].received, last);
#endif
     forget_round(d);
     hand[d].at = sending
  fi;
  set = 0; last = 0
}

/* §4: seals entries from the first without a receipt, and sends them. */
inline send(d) {
  last = length(hand[d].chain);
  if :: last > hand[d].received + 1 -> last = hand[d].received + 1 :: true fi;
  set = set_of(hand[d].chain >> (2 * hand[d].received));
  assert((set & ~hand[d].journal) == 0);              /* a line to send is gone */
  set = 0;
  net[d].there = 1;
  net[d].incarnation = hand[d].incarnation;
  net[d].first = hand[d].received + 1;
  net[d].chain = prefix(hand[d].chain, last);
#ifdef DELETE_AFTER_SEND
  hand[d].journal = hand[d].journal & ~set_of(net[d].chain);
#endif
  last = 0;
  hand[d].at = waiting
}

/* Whether a receipt is of the history of the round: session is asked again when
   it names another one. */
#ifdef NO_CONFIRMATION
#define confirmed(d) true
#else
#define confirmed(d) (hand[d].answerEpoch == hand[d].epoch || disk.epoch == hand[d].epoch)
#endif

/* Whether a receipt names the device's own operations at its places. */
#ifdef RECEIPT_BY_POSITION
#define fits(d)     true
#define names(d, n) true
#else
#define fits(d)     (hand[d].answerChain == prefix(hand[d].chain, length(hand[d].answerChain)))
#define names(d, n) (prefix(hand[d].sawChain, n) == prefix(hand[d].chain, n))
#endif

/* The receipts through a place are new: do they give POISON's reason? */
inline learn(d, place, again) {
  if
  :: !again && has(set_of(prefix(hand[d].chain, place) & ~prefix(hand[d].chain, hand[d].received)),
       POISON) -> hand[d].told = 1
  :: else
  fi
}

/* §6: keeps the receipt in a second transaction, when it is of the present
   history and names this journal's operations. */
inline keep(d) {
  if
  :: !confirmed(d) -> forget_round(d)                 /* asked again: the history changed */
  :: confirmed(d) && !fits(d) -> forget_round(d)      /* another journal's receipt */
  :: else ->
     last = length(hand[d].answerChain);
     if
     :: last > hand[d].received ->
        learn(d, last, hand[d].answerAgain);
        hand[d].received = last
     :: else
     fi;
     last = 0;
#ifdef DELETE_AT_RECEIPT
     hand[d].journal = hand[d].journal & ~receipts(d);
#endif
     forget_round(d);
     hand[d].at = sending
  fi
}

/* §8: receipts whose answer was lost come again, where they name the device's
   own operation at that place. */
inline apply_page(d) {
  if
  :: hand[d].sawEpoch != hand[d].epoch
  :: else ->
     i = hand[d].cursor + 1;
     do
     :: i <= length(hand[d].sawLog) ->
        hand[d].replica = hand[d].replica | member(hand[d].sawLog, i);
        i++
     :: else -> break
     od;
     if
     :: length(hand[d].sawLog) > hand[d].cursor -> hand[d].cursor = length(hand[d].sawLog)
     :: else
     fi;
     i = hand[d].received + 1;
     do
     :: i <= length(hand[d].sawChain) && i <= length(hand[d].chain) && names(d, i) ->
        learn(d, i, hand[d].sawAgain);
        hand[d].received = i; i++
     :: else -> break
     od;
     i = 0
  fi;
  forget_round(d)
}

/* Only when it would matter: a round that brings nothing changes nothing. */
#ifdef NO_EPOCH_CHECK
#define behind(d) false
#else
#define behind(d) (hand[d].epoch != disk.epoch)
#endif
#define has_work(d) \
  (hand[d].received < length(hand[d].chain) || behind(d) || hand[d].cursor < length(disk.log))

inline look(d) {
  hand[d].sawEpoch = disk.epoch;
  hand[d].sawChain = disk.chain[hand[d].incarnation];
  hand[d].sawAgain = has(disk.again, hand[d].incarnation)
}

proctype handheld(byte d) {
end:
  do
  /* DESIGN §1.1: committed before "saved" is shown. */
  :: atomic { made < OPS && hand[d].exists && hand[d].unsynced == 0 ->
#ifdef SAVED_BEFORE_COMMIT
       hand[d].unsynced = made + 1;
#else
       hand[d].journal = hand[d].journal | bit_of(made);
       append(hand[d].chain, made);
#endif
       made++ }
#ifdef SAVED_BEFORE_COMMIT
  :: atomic { hand[d].unsynced != 0 ->
       hand[d].journal = hand[d].journal | bit_of(hand[d].unsynced - 1);
       append(hand[d].chain, hand[d].unsynced - 1);
       hand[d].unsynced = 0 }
#endif
  :: atomic { hand[d].exists && hand[d].at == idle && has_work(d) ->
       look(d); hand[d].at = reconciling }
  :: atomic { hand[d].at == reconciling -> reconcile(d) }
  :: atomic { hand[d].at == sending && hand[d].received < length(hand[d].chain) -> send(d) }
  :: atomic { hand[d].at == sending && hand[d].received >= length(hand[d].chain) ->
       look(d); hand[d].sawLog = disk.log; hand[d].at = applying }
  :: atomic { hand[d].at == applying -> apply_page(d) }
  :: atomic { hand[d].answer == lost -> forget_round(d) }
  :: atomic { hand[d].answer == gap ->
       hand[d].received = least(hand[d].received, hand[d].answerPlace - 1);
       forget_round(d); hand[d].at = sending }
  :: atomic { hand[d].answer == forked ->
       begin_incarnation(d); forget_round(d) }
  :: atomic { hand[d].answer == receipt -> keep(d) }
  od
}

/* ---- The centre's steps (PROTOCOL §4–6) ------------------------------------ */

inline apply(slot) {
  if
  :: op == POISON ->                                           /* refused, with its reason */
#ifdef DUPLICATE_HIDES_REFUSAL
     if
     :: has(ram.known, op) -> ram.again = ram.again | bit_of(net[slot].incarnation)
     :: else
     fi
#endif
#ifndef NO_OPERATION_IDS
  :: op != POISON && has(ram.known, op)                        /* refused: duplicate */
#endif
  :: else ->
     assert(!has(ram.effect, op));                             /* it took effect twice */
     ram.effect = ram.effect | bit_of(op);
     append(ram.log, op)
  fi;
  ram.known = ram.known | bit_of(op);
  if
  :: i > length(ram.chain[net[slot].incarnation]) ->
     append(ram.chain[net[slot].incarnation], op)
  :: else
  fi
}

inline take(slot) {
  from = slot;
  last = length(net[slot].chain);
  set = length(ram.chain[net[slot].incarnation]);              /* received */
  if
  :: net[slot].first > set + 1 ->
     reply = gap; replyPlace = set + 1
#ifndef CLONE_UNDETECTED
  :: net[slot].first <= set + 1 &&
     prefix(net[slot].chain, least(set, last)) !=
       prefix(ram.chain[net[slot].incarnation], least(set, last)) ->
     reply = forked
#endif
  :: else ->
     reply = receipt;
#ifdef NO_REPLAY_CHECK
     i = net[slot].first;     /* as if all were new */
#else
     i = set + 1;             /* §4: repeats are not applied */
#endif
     do
     :: i > last -> break
     :: else ->
        op = entry(net[slot].chain, i) - 1;
#ifdef REFUSAL_BLOCKS
        if :: op == POISON -> reply = lost; break :: else fi;
#endif
        apply(slot);
        i++
     od;
     replyChain = prefix(ram.chain[net[slot].incarnation], last);
     replyAgain = has(ram.again, net[slot].incarnation);
     if
     :: replyEpoch = ram.epoch
     /* A repeat's receipt was perhaps stored in an earlier history. */
     :: last <= set && ram.epoch > 1 -> replyEpoch = ram.epoch - 1
     fi;
     i = 0; op = 0
  fi;
  net[slot].there = 0; net[slot].incarnation = 0; net[slot].first = 0; net[slot].chain = 0;
  set = 0; last = 0;
  desk = applied
}

inline leave_desk() {
  desk = free; from = 0; reply = none; replyEpoch = 0; replyChain = 0; replyPlace = 0;
  replyAgain = 0
}

inline tell() {
  if
  :: from < 2 ->
     assert(hand[from].at == waiting && hand[from].answer == none);
     hand[from].answer = reply; hand[from].answerEpoch = replyEpoch;
     hand[from].answerChain = replyChain; hand[from].answerPlace = replyPlace;
     hand[from].answerAgain = replyAgain
  :: else                                                      /* nobody waits for it */
  fi
}

active proctype centre() {
end:
  do
  :: atomic { desk == free && net[0].there -> take(0) }
  :: atomic { desk == free && net[1].there -> take(1) }
  :: atomic { desk == free && net[2].there -> take(2) }
#ifdef ACK_BEFORE_FSYNC
  :: atomic { desk == applied -> tell(); desk = answered }
  :: atomic { desk == answered -> copy(disk, ram); leave_desk() }
#else
  :: atomic { desk == applied -> copy(disk, ram); desk = synced }
  :: atomic { desk == synced -> tell(); leave_desk() }
#endif
  od
}

/* ---- What goes wrong --------------------------------------------------------- */

#define unanswered(d) (from == d && (desk == applied || desk == synced))

/* Whoever waits for the request at the desk hears no answer. */
inline cut_off() {
  if
  :: unanswered(0) -> hand[0].answer = lost
  :: unanswered(1) -> hand[1].answer = lost
  :: else
  fi;
  leave_desk()
}

inline overtake(d) {
  net[2].there = 1; net[2].incarnation = net[d].incarnation;
  net[2].first = net[d].first; net[2].chain = net[d].chain
}

inline vanish(d) {
  net[d].there = 0; net[d].incarnation = 0; net[d].first = 0; net[d].chain = 0
}

#define up(d) (hand[d].at != idle || hand[d].unsynced != 0)

inline power_off(d) {
  if :: net[d].there && !net[2].there -> overtake(d) :: else fi;
  vanish(d);
  if :: desk != free && from == d -> from = 2 :: else fi;
  hand[d].unsynced = 0;
  forget_round(d)
}

#define in_backup(d) \
  (prefix(hand[d].chain, length(backup.chain[hand[d].incarnation])) == \
     backup.chain[hand[d].incarnation] -> length(backup.chain[hand[d].incarnation]) : 0)
#define old(d) \
  set_of(prefix(hand[d].chain, least(hand[d].received, in_backup(d))))

active proctype world() {
end:
  do
  /* A request, or the answer to it, does not arrive. */
  :: atomic { faults > 0 && net[0].there -> faults--; vanish(0); hand[0].answer = lost }
  :: atomic { faults > 0 && net[1].there -> faults--; vanish(1); hand[1].answer = lost }
  :: atomic { faults > 0 && unanswered(0) -> faults--; from = 2; hand[0].answer = lost }
  :: atomic { faults > 0 && unanswered(1) -> faults--; from = 2; hand[1].answer = lost }
  /* It arrives twice, in whatever order. */
  :: atomic { faults > 0 && net[0].there && !net[2].there -> faults--; overtake(0) }
  :: atomic { faults > 0 && net[1].there && !net[2].there -> faults--; overtake(1) }
  /* It arrives after the device gave it up. */
  :: atomic { faults > 0 && net[0].there && !net[2].there ->
       faults--; overtake(0); vanish(0); hand[0].answer = lost }
  :: atomic { faults > 0 && net[1].there && !net[2].there ->
       faults--; overtake(1); vanish(1); hand[1].answer = lost }
  /* Power goes: at a handheld, whose request stays under way; at the centre. */
  :: atomic { crashes > 0 && up(0) -> crashes--; power_off(0) }
  :: atomic { crashes > 0 && up(1) -> crashes--; power_off(1) }
  :: atomic { crashes > 0 && desk != free ->
       crashes--; cut_off(); copy(ram, disk) }
  :: atomic { backups > 0 && disk.known != backup.known -> backups--; copy(backup, disk) }
  /* §9: a restored centre begins a new epoch. */
  :: atomic { restores > 0 && disk.known != backup.known ->
       restores--; cut_off();
       i = disk.epoch; copy(disk, backup);
#ifdef RESTORE_KEEPS_EPOCH
       disk.epoch = i;
#else
       disk.epoch = i + 1;
#endif
       copy(ram, disk); i = 0 }
  /* The disk of handheld 0 is copied into another machine. */
  :: atomic { clones > 0 && made > 0 ->
       clones--;
       hand[1].exists = 1; hand[1].journal = hand[0].journal;
       hand[1].incarnation = hand[0].incarnation; hand[1].chain = hand[0].chain;
       hand[1].received = hand[0].received; hand[1].former = hand[0].former;
       hand[1].formerly = hand[0].formerly; hand[1].epoch = hand[0].epoch;
       hand[1].cursor = hand[0].cursor; hand[1].replica = hand[0].replica;
       hand[1].told = hand[0].told;
       run handheld(1) }
#ifndef NO_PRUNING
  /* §1.1: what was received longer ago than the oldest backup that is ever
     brought back may go; not in the middle of a round. */
  :: atomic { hand[0].at == idle && (hand[0].journal & old(0)) != 0 ->
       hand[0].journal = hand[0].journal & ~old(0) }
  :: atomic { hand[1].at == idle && (hand[1].journal & old(1)) != 0 ->
       hand[1].journal = hand[1].journal & ~old(1) }
#endif
  od
}

/* ---- Quiet ------------------------------------------------------------------- */

#define quiet(d)    (!hand[d].exists || (hand[d].at == idle && !has_work(d)))
#define all_quiet   (quiet(0) && quiet(1) && desk == free && \
                     !net[0].there && !net[1].there && !net[2].there && \
                     hand[0].unsynced == 0 && hand[1].unsynced == 0)
#define settled(d)  (!hand[d].exists || \
                     (hand[d].received == length(hand[d].chain) && hand[d].replica == disk.effect))
/* Who waits for an answer waits for something that is under way. */
#define awaited(d) \
  (hand[d].at != waiting || hand[d].answer != none || net[d].there || unanswered(d))

active proctype rest() {
end:
  atomic {
    all_quiet && !(settled(0) && settled(1) && disk.effect == (saved & ~bit_of(POISON))) ->
    assert(settled(0) && settled(1));                 /* no receipt, or replicas differ */
    assert(disk.effect == (saved & ~bit_of(POISON)))  /* at rest an effect is missing */
  }
}

active proctype waits() {
end:
  atomic {
    !(awaited(0) && awaited(1)) ->
    assert(false)                                     /* it waits for nothing */
  }
}

init {
  atomic {
    do
    :: i < 64 ->
       lengths[i] = (i == 0 -> 0 : (i < 4 -> 1 : (i < 16 -> 2 : 3)));
       sets[i] = member(i, 1) | member(i, 2) | member(i, 3);
       i++
    :: else -> break
    od;
    i = 0;
    ram.epoch = 1; disk.epoch = 1; backup.epoch = 1;
    hand[0].exists = 1; hand[0].at = idle; hand[1].at = idle;
    hand[0].answer = none; hand[1].answer = none; reply = none;
    hand[0].epoch = 1; hand[1].epoch = 1;
    run handheld(0)
  }
}
