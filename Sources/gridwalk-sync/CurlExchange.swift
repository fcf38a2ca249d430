import CCurl
import Glibc
import SyncProtocol

/// One request and its answer, as libcurl's callbacks see them. libcurl calls
/// on the thread that performs the request, and only while it does.
final class CurlExchange {
  private let request: TransportRequest
  private var descriptor: Int32 = -1
  private var sent: Int64 = 0
  private(set) var answer: [UInt8] = []
  private(set) var headers: [(name: String, value: String)] = []
  private(set) var isTooLarge = false
  private var headerBytes = 0
  /// Bytes of header fields that are accepted.
  private static let headerLimit = 32_768
  /// A chunk of a body that may end early: an end is then soon.
  private static let chunkBytes = 8 << 10
  /// CURL_READFUNC_ABORT
  private static let abort: UInt = 0x1000_0000

  init(_ request: TransportRequest) throws(TransportError) {
    self.request = request
    if case .file(let path, _, _) = request.body {
      descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw .fileUnreadable }
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  static let read: ccurl_transfer = { bytes, size, count, context in
    guard let bytes, let context else { return abort }
    return of(context).fill(bytes, Int(size * count))
  }

  /// As `SocketTransport` has it: little waits in the system beyond what the
  /// link takes, so that progress is true and a reset throws little away.
  static let prepare: ccurl_prepare = { _, socket, _ in
    var bytes: Int32 = 16_384
    setsockopt(
      socket, Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT, &bytes, socklen_t(MemoryLayout<Int32>.size))
    return 0
  }

  static let write: ccurl_transfer = { bytes, size, count, context in
    guard let bytes, let context else { return 0 }
    let exchange = of(context)
    let length = Int(size * count)
    guard exchange.answer.count + length <= exchange.request.answerLimit else {
      exchange.isTooLarge = true
      return 0
    }
    exchange.answer.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: length))
    return size * count
  }

  static let header: ccurl_transfer = { bytes, size, count, context in
    guard let bytes, let context else { return 0 }
    let length = Int(size * count)
    let line = String(
      decoding: UnsafeRawBufferPointer(start: bytes, count: length), as: UTF8.self)
    return of(context).take(line, length) ? size * count : 0
  }

  private static func of(_ context: UnsafeMutableRawPointer) -> CurlExchange {
    Unmanaged<CurlExchange>.fromOpaque(context).takeUnretainedValue()
  }

  private func fill(_ bytes: UnsafeMutablePointer<CChar>, _ room: Int) -> UInt {
    let most = request.endsEarly == nil ? room : min(room, Self.chunkBytes)
    let count = Int(min(Int64(most), request.body.count - sent))
    guard count > 0, sent == 0 || request.endsEarly?() != true else { return 0 }
    switch request.body {
    case .none: return 0
    case .bytes(let all):
      all.withUnsafeBytes { source in
        if let start = source.baseAddress { memcpy(bytes, start + Int(sent), count) }
      }
      return moved(count)
    case .file(_, let offset, _):
      let got = pread(descriptor, bytes, count, off_t(offset + sent))
      return got > 0 ? moved(got) : Self.abort
    }
  }

  private func moved(_ count: Int) -> UInt {
    sent += Int64(count)
    request.progress?(sent)
    return UInt(count)
  }

  /// A status line begins the fields anew: those of an interim answer are not
  /// the final one's.
  private func take(_ line: String, _ length: Int) -> Bool {
    headerBytes += length
    guard headerBytes <= Self.headerLimit else {
      isTooLarge = true
      return false
    }
    if line.hasPrefix("HTTP/") {
      headers.removeAll()
    } else if let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) {
      let value = line[line.utf8.index(after: colon)...].utf8
        .drop { $0 == 0x20 || $0 == 0x09 }
        .prefix { $0 != 0x0d && $0 != 0x0a }
      headers.append((String(line[..<colon]), String(Substring(value))))
    }
    return true
  }
}
