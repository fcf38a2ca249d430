import Foundation

/// What a machine's disk has not made durable, read from the shim's log, and
/// taken back when the power goes.
///
/// Bytes are kept by sectors of 512: a power loss may keep any of those that no
/// fsync covered. Names are a sequence, as a file system's own journal writes
/// them: a power loss may keep the first so many.
struct DiskLog {
  static let sector: Int64 = 512

  /// A file's bytes that may go.
  struct Pending {
    /// Its size at the last fsync.
    var durableSize: Int64
    /// What was there at the last fsync, by sector; short or empty beyond the
    /// end it had.
    var former: [Int64: [UInt8]] = [:]
    /// Sectors whose fsync failed: clean for the kernel, not on the disk.
    var poisoned: Set<Int64> = []
  }

  enum Name {
    case linked(path: String, isDirectory: Bool)
    case unlinked(path: String, inode: Int64)
    case renamed(from: String, to: String, replaced: Int64)
  }

  private(set) var files: [Int64: Pending] = [:]
  private(set) var names: [(folder: String, Name)] = []
  private let root: String
  private var state: String { root + ".fault" }

  /// Reads the log of the machine whose disk is this folder.
  init(root: String) throws {
    self.root = root
    guard let bytes = FileManager.default.contents(atPath: "\(root).fault/log") else {
      throw HarnessFault("no log of \(root)")
    }
    var place = 0
    while place + 48 <= bytes.count {
      let head = (0..<6).map { index in
        bytes.withUnsafeBytes {
          $0.loadUnaligned(fromByteOffset: place + index * 8, as: Int64.self)
        }
      }
      let end = place + 48 + Int(head[5])
      guard end <= bytes.count else { break }
      try take(head, Array(bytes[(place + 48)..<end]))
      place = end
    }
  }

  /// Nothing that a power loss could take.
  var isEmpty: Bool { files.isEmpty && names.isEmpty }

  private mutating func take(_ head: [Int64], _ payload: [UInt8]) throws {
    let (inode, offset, size) = (head[1], head[2], head[3])
    let path = String(decoding: payload, as: UTF8.self)
    switch head[0] {
    case 1: cover(inode, from: offset, count: head[4], size, payload)
    case 2:
      let start = offset / Self.sector * Self.sector
      cover(inode, from: start, count: Int64(payload.count), size, payload)
    case 3: sync(inode, size)
    case 4:
      if var pending = files[inode] {
        pending.poisoned.formUnion(pending.former.keys)
        files[inode] = pending
      }
    case 5: names.append((Self.folder(path), .linked(path: path, isDirectory: head[4] == 1)))
    case 6: names.append((Self.folder(path), .unlinked(path: path, inode: inode)))
    case 7:
      let both = path.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)
      names.append(
        (Self.folder(both[1]), .renamed(from: both[0], to: both[1], replaced: offset)))
    case 8: names.removeAll { $0.folder == path }
    default: throw HarnessFault("a record of kind \(head[0]) in the log")
    }
  }

  private mutating func cover(
    _ inode: Int64, from start: Int64, count: Int64, _ size: Int64, _ payload: [UInt8]
  ) {
    var pending = files[inode] ?? Pending(durableSize: size)
    var at: Int64 = 0
    while at < count {
      let number = (start + at) / Self.sector
      if pending.former[number] == nil {
        let from = min(Int(at), payload.count)
        pending.former[number] = Array(payload[from..<min(Int(at + Self.sector), payload.count)])
      }
      pending.poisoned.remove(number)
      at += Self.sector
    }
    files[inode] = pending
  }

  private mutating func sync(_ inode: Int64, _ size: Int64) {
    guard var pending = files[inode] else { return }
    pending.former = pending.former.filter { pending.poisoned.contains($0.key) }
    pending.durableSize = size
    files[inode] = pending.former.isEmpty ? nil : pending
  }

  private static func folder(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
  }

  /// What a power loss keeps of what was not durable.
  enum Loss {
    /// Nothing.
    case all
    /// Each sector or not, and the first so many names.
    case some(SplitMix64)
  }

  /// Takes back what was not durable; no process of the machine may run.
  /// Returns how many sectors and names went.
  @discardableResult
  func losePower(_ loss: Loss) throws -> (sectors: Int, names: Int) {
    var random: SplitMix64?
    if case .some(let generator) = loss { random = generator }
    var sectors = 0
    for (inode, pending) in files.sorted(by: { $0.key < $1.key }) {
      sectors += try restore(inode, pending, &random)
    }
    let kept = random == nil ? 0 : random?.below(names.count + 1) ?? 0
    for (_, name) in names[kept...].reversed() { try takeBack(name) }
    return (sectors, names.count - kept)
  }

  /// Everything is on the disk now: after a power loss, or after a while.
  func settle() throws {
    guard truncate("\(state)/log", 0) == 0 else { throw HarnessFault("truncate \(state)/log") }
    for name in try FileManager.default.contentsOfDirectory(atPath: "\(state)/pool") {
      unlink("\(state)/pool/\(name)")
    }
  }

  private func restore(
    _ inode: Int64, _ pending: Pending, _ random: inout SplitMix64?
  ) throws -> Int {
    let descriptor = open("\(state)/pool/\(inode)", O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw HarnessFault("no file \(inode) in the pool") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw HarnessFault("fstat") }
    var lost = 0
    for (number, former) in pending.former.sorted(by: { $0.key < $1.key }) {
      if random?.percent(50) == true { continue }
      lost += 1
      let bytes = former + [UInt8](repeating: 0, count: Int(Self.sector) - former.count)
      guard pwrite(descriptor, bytes, bytes.count, off_t(number * Self.sector)) == bytes.count
      else { throw HarnessFault("pwrite to the pool") }
    }
    let keepsSize = random?.percent(50) == true
    let size = keepsSize ? Int64(status.st_size) : pending.durableSize
    guard ftruncate(descriptor, off_t(size)) == 0 else { throw HarnessFault("ftruncate") }
    return lost
  }

  private func takeBack(_ name: Name) throws {
    switch name {
    case .linked(let path, let isDirectory):
      if isDirectory {
        try? FileManager.default.removeItem(atPath: "\(root)/\(path)")
      } else {
        unlink("\(root)/\(path)")
      }
    case .unlinked(let path, let inode): link("\(state)/pool/\(inode)", "\(root)/\(path)")
    case .renamed(let from, let to, let replaced):
      guard Glibc.rename("\(root)/\(to)", "\(root)/\(from)") == 0 else {
        throw HarnessFault("cannot take back the rename of \(from) to \(to)")
      }
      if replaced != 0 { link("\(state)/pool/\(replaced)", "\(root)/\(to)") }
    }
  }
}
