import Foundation

// Handhelds that come and go, and the centre that goes back in time.
extension World {
  /// A new handheld of a worker.
  func add(_ name: String, worker: String) throws -> Hand {
    let hand = try Hand(name, worker: worker, in: folder)
    if lies { hand.machine.control.lie(Self.lyingClasses) }
    hands.append(hand)
    try enroll(hand)
    try hand.machine.settle()
    hand.took(try hand.reading(), promises: false)
    return hand
  }

  /// A copy of a handheld with all it holds; both go on.
  func clone(_ hand: Hand, as name: String) throws -> Hand {
    let twin = try Hand(name, worker: hand.worker, in: folder)
    try twin.machine.replaceDisk {
      try FileManager.default.copyItem(atPath: hand.machine.root, toPath: $0)
    }
    twin.inherit(hand)
    if lies { twin.machine.control.lie(Self.lyingClasses) }
    hands.append(twin)
    return twin
  }

  /// The centre is lost, and what an older backup holds serves in its place.
  func restore(from place: String) throws {
    stopServer()
    try FileManager.default.removeItem(atPath: data)
    try FileManager.default.copyItem(atPath: place, toPath: data)
    try centre.settle()
    restorations += 1
    // What only a handheld that is no more had is gone with it.
    legacy.formIntersection(try CentralReading(centre).answered)
    say("  restored from the backup")
    tally.fault("older backup restored")
    try serve()
  }
}
