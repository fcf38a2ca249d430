import Domain
import SyncProtocol

/// A device that comes back: session, one segment, the changes to their end, one
/// thumbnail.
final class ReturningDevice: Conversation {
  private enum Step { case session, segment, changes, photo, done }

  private let fleet: Fleet
  private let photoBytes: Int
  private var journal: Journal
  private var step = Step.session
  private var cursor: String
  private var asked: Ask?

  init(_ fleet: Fleet, run: UInt64, cursor: String, photoBytes: Int) {
    self.fleet = fleet
    self.cursor = cursor
    self.photoBytes = photoBytes
    journal = Journal(fleet, run: run)
  }

  func ask() -> Ask? {
    if let asked { return asked }
    asked = make()
    return asked
  }

  private func make() -> Ask? {
    switch step {
    case .session:
      return Ask(
        name: "session",
        bytes: Wire.get(
          "/v1/session?incarnation=\(fleet.incarnation.text)", token: fleet.token))
    case .segment:
      let operations = journal.roll(5...20)
      guard let segment = try? journal.seal(operations) else { return nil }
      return Ask(name: "segment", bytes: Wire.upload("segment", segment, token: fleet.token))
    case .changes:
      return Ask(
        name: "changes", bytes: Wire.get("/v1/changes?cursor=\(cursor)", token: fleet.token))
    case .photo:
      return Ask(
        name: "photo",
        bytes: Wire.upload("photo", journal.photo(photoBytes), token: fleet.token))
    case .done: return nil
    }
  }

  func hear(status: Int, body: ArraySlice<UInt8>) throws {
    asked = nil
    switch step {
    case .session:
      try demand(status == 200, "session \(status)")
      let answer = try WireJSON.decode(SessionAnswer.self, from: body)
      guard let position = answer.position(of: .normal) else { throw Unexpected(what: "lanes") }
      journal.resume(position)
      step = .segment
    case .segment:
      try demand(status == 201, "segment \(status) \(String(decoding: body, as: UTF8.self))")
      journal.confirm()
      step = .changes
    case .changes:
      try demand(status == 200, "changes \(status)")
      guard let next = Wire.text(after: "\"cursor\":\"", in: body) else {
        throw Unexpected(what: "no cursor")
      }
      cursor = next
      if Wire.text(after: "\"more\":tru", in: body) == nil { step = .photo }
    case .photo:
      try demand(status == 201, "photo \(status)")
      step = .done
    case .done: throw Unexpected(what: "an answer to nothing")
    }
  }
}

/// A device that sends one small segment, or photo, after the other.
final class BusyDevice: Conversation {
  enum Load {
    case segments(operations: ClosedRange<Int>)
    case photos(bytes: Int)
    /// Files to a WebDAV server: the peer.
    case files(bytes: Int)
  }

  private let fleet: Fleet
  private let load: Load
  private var journal: Journal
  private var left: Int
  private var isBegun = false
  private var files = 0
  private var asked: Ask?
  private(set) var operations = 0

  init(_ fleet: Fleet, run: UInt64, load: Load, requests: Int) {
    self.fleet = fleet
    self.load = load
    left = requests
    journal = Journal(fleet, run: run)
    if case .files = load { isBegun = true }
  }

  func ask() -> Ask? {
    if let asked { return asked }
    asked = make()
    return asked
  }

  private func make() -> Ask? {
    guard isBegun else {
      return Ask(
        name: "session",
        bytes: Wire.get(
          "/v1/session?incarnation=\(fleet.incarnation.text)", token: fleet.token))
    }
    guard left > 0 else { return nil }
    left -= 1
    switch load {
    case .segments(let range):
      let count = journal.roll(range)
      operations += count
      guard let segment = try? journal.seal(count) else { return nil }
      return Ask(name: "segment", bytes: Wire.upload("segment", segment, token: fleet.token))
    case .photos(let bytes):
      return Ask(
        name: "photo", bytes: Wire.upload("photo", journal.photo(bytes), token: fleet.token))
    case .files(let bytes):
      files += 1
      return Ask(
        name: "put", bytes: Wire.put("/d\(fleet.number)f\(files)", journal.photo(bytes)))
    }
  }

  func hear(status: Int, body: ArraySlice<UInt8>) throws {
    asked = nil
    if isBegun {
      try demand(
        status == 201 || status == 204, "\(status) \(String(decoding: body, as: UTF8.self))")
      journal.confirm()
      return
    }
    try demand(status == 200, "session \(status)")
    let answer = try WireJSON.decode(SessionAnswer.self, from: body)
    guard let position = answer.position(of: .normal) else { throw Unexpected(what: "lanes") }
    journal.resume(position)
    isBegun = true
  }
}

private func demand(_ condition: Bool, _ what: String) throws {
  if !condition { throw Unexpected(what: what) }
}
