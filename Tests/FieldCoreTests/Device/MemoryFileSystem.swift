import FieldCore
import Locks

/// A disk in memory that loses what was not synchronised when the plug is
/// pulled, and fails where it is told to.
///
/// Bytes and names are kept twice: as a running system sees them, and as they
/// would be after a loss of power. A name survives only after its directory
/// was synchronised, bytes only after their file was.
final class MemoryFileSystem: FileSystem {
  private struct State {
    var live: [String: Int] = [:]
    var durable: [String: Int] = [:]
    var liveBytes: [Int: [UInt8]] = [:]
    var durableBytes: [Int: [UInt8]] = [:]
    var liveDirectories: Set<String> = [""]
    var durableDirectories: Set<String> = [""]
    var open: [Int32: (node: Int, offset: Int)] = [:]
    var nextNode = 0
    var nextFile: Int32 = 3
    var operations = 0
    var failure: (operation: Int, fault: FileFault)?
    var bytesPerWrite = Int.max
  }

  private let state = Mutex(State())

  /// How many operations that can fail were asked for.
  var operations: Int { state.withLock { $0.operations } }
  var openFiles: Int { state.withLock { $0.open.count } }
  var paths: Set<String> { state.withLock { Set($0.live.keys) } }

  /// Lets the operation of this number (from 0, counted from now) fail.
  func fail(operation: Int?, with fault: FileFault = .inputOutput) {
    state.withLock { state in
      state.operations = 0
      state.failure = operation.map { ($0, fault) }
    }
  }

  func take(bytesPerWrite: Int) {
    state.withLock { $0.bytesPerWrite = bytesPerWrite }
  }

  /// What is left after a loss of power at this moment.
  func afterPowerLoss() -> MemoryFileSystem {
    let left = MemoryFileSystem()
    let before = state.withLock { $0 }
    left.state.withLock { state in
      state.durableDirectories = before.durableDirectories
      state.liveDirectories = before.durableDirectories
      state.durable = before.durable.filter {
        before.durableDirectories.contains(Self.parent($0.key))
      }
      state.live = state.durable
      for node in state.live.values {
        state.durableBytes[node] = before.durableBytes[node] ?? []
        state.liveBytes[node] = state.durableBytes[node]
      }
      state.nextNode = before.nextNode
    }
    return left
  }

  private static func parent(_ path: String) -> String {
    String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
  }

  private func operate<Value: Sendable>(
    _ body: (inout State) -> Result<Value, FileFault>
  ) throws(FileFault) -> Value {
    let result = state.withLock { state -> Result<Value, FileFault> in
      defer { state.operations += 1 }
      if let failure = state.failure, failure.operation == state.operations {
        return .failure(failure.fault)
      }
      return body(&state)
    }
    return try result.get()
  }

  func openForReading(_ path: String) throws(FileFault) -> OpenFile {
    try operate { state in
      guard let node = state.live[path] else { return .failure(.notFound) }
      return .success(Self.open(node, &state))
    }
  }

  func create(_ path: String) throws(FileFault) -> OpenFile {
    try operate { state in
      guard state.liveDirectories.contains(Self.parent(path)) else { return .failure(.notFound) }
      guard state.live[path] == nil else { return .failure(.alreadyExists) }
      state.nextNode += 1
      state.live[path] = state.nextNode
      state.liveBytes[state.nextNode] = []
      return .success(Self.open(state.nextNode, &state))
    }
  }

  private static func open(_ node: Int, _ state: inout State) -> OpenFile {
    state.nextFile += 1
    state.open[state.nextFile] = (node, 0)
    return OpenFile(descriptor: state.nextFile)
  }

  func read(
    _ file: OpenFile, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FileFault) -> Int {
    let room = buffer.count
    let chunk = try operate { state -> Result<[UInt8], FileFault> in
      guard let (node, offset) = state.open[file.descriptor] else {
        return .failure(.other(errno: 9))
      }
      let chunk = Array((state.liveBytes[node] ?? []).dropFirst(offset).prefix(room))
      state.open[file.descriptor] = (node, offset + chunk.count)
      return .success(chunk)
    }
    buffer.copyBytes(from: chunk)
    return chunk.count
  }

  func write(_ file: OpenFile, _ bytes: UnsafeRawBufferPointer) throws(FileFault) -> Int {
    let offered = Array(bytes)
    return try operate { state in
      guard let (node, _) = state.open[file.descriptor] else {
        return .failure(.other(errno: 9))
      }
      let taken = offered.prefix(state.bytesPerWrite)
      state.liveBytes[node, default: []] += taken
      return .success(taken.count)
    }
  }

  func synchronize(_ file: OpenFile) throws(FileFault) {
    try operate { state -> Result<Void, FileFault> in
      guard let (node, _) = state.open[file.descriptor] else {
        return .failure(.other(errno: 9))
      }
      state.durableBytes[node] = state.liveBytes[node]
      return .success(())
    }
  }

  func close(_ file: OpenFile) {
    state.withLock { _ = $0.open.removeValue(forKey: file.descriptor) }
  }

  func status(_ file: OpenFile) throws(FileFault) -> FileStatus {
    try operate { state in
      guard let (node, _) = state.open[file.descriptor] else {
        return .failure(.other(errno: 9))
      }
      return .success(Self.status(state.liveBytes[node] ?? []))
    }
  }

  func status(at path: String) throws(FileFault) -> FileStatus? {
    try operate { state in
      guard let node = state.live[path] else { return .success(nil) }
      return .success(Self.status(state.liveBytes[node] ?? []))
    }
  }

  private static func status(_ bytes: [UInt8]) -> FileStatus {
    FileStatus(isRegularFile: true, size: bytes.count, modifiedAt: 1_000)
  }

  func rename(_ path: String, to newPath: String) throws(FileFault) {
    try operate { state -> Result<Void, FileFault> in
      guard let node = state.live[path],
        state.liveDirectories.contains(Self.parent(newPath))
      else { return .failure(.notFound) }
      state.live[path] = nil
      state.live[newPath] = node
      return .success(())
    }
  }

  func unlink(_ path: String) throws(FileFault) {
    try operate { state -> Result<Void, FileFault> in
      state.live.removeValue(forKey: path) == nil ? .failure(.notFound) : .success(())
    }
  }

  func makeDirectory(_ path: String) throws(FileFault) {
    try operate { state -> Result<Void, FileFault> in
      guard state.liveDirectories.contains(Self.parent(path)) else { return .failure(.notFound) }
      state.liveDirectories.insert(path)
      return .success(())
    }
  }

  func synchronizeDirectory(_ path: String) throws(FileFault) {
    try operate { state -> Result<Void, FileFault> in
      guard state.liveDirectories.contains(path) else { return .failure(.notFound) }
      state.durable = state.durable.filter { Self.parent($0.key) != path }
      for (name, node) in state.live where Self.parent(name) == path {
        state.durable[name] = node
      }
      let below = state.liveDirectories.filter { !$0.isEmpty && Self.parent($0) == path }
      state.durableDirectories.formUnion(below)
      return .success(())
    }
  }

  func names(in directory: String) throws(FileFault) -> [String] {
    try operate { state in
      .success(
        state.live.keys.filter { Self.parent($0) == directory }
          .map { String($0.dropFirst(directory.count + 1)) })
    }
  }
}
