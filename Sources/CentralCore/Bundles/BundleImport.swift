import Domain
import Glibc
import SyncProtocol

/// Takes bundles: what a device would have uploaded, brought as a file
/// (PROTOCOL.md §12). Nothing of a bundle is taken before every byte of it was
/// read and verified; after that it is uploads like any other.
public struct BundleImport: Sendable {
  /// What a bundle came to.
  public struct Report: Sendable, Hashable {
    /// The device that made it.
    public var device: UniqueID
    /// When the newest operation in it was made, by that device's clock.
    public var made: Int64
    /// Segments taken, repeats among them.
    public var segments = 0
    /// Operations that came with it for the first time.
    public var operations = 0
    /// Operations the centre had before.
    public var repeated = 0
    /// How many of the new ones it refused.
    public var refused = 0
    /// Photos that came with it for the first time.
    public var photos = 0
    /// Lanes that stand where they stood, and why.
    public var left: [Left] = []
  }

  /// A lane of which the bundle's segments were not taken.
  public struct Left: Sendable, Hashable {
    /// The lane.
    public var lane: Lane
    /// What an upload would have been told.
    public var fault: IntakeFault
  }

  /// Why a bundle is not taken at all.
  public enum Fault: Error, Sendable, Hashable {
    /// The file cannot be read; the value is `errno`.
    case unreadable(errno: Int32)
    /// The centre does not know the device.
    case deviceUnknown(UniqueID)
    /// The device's access was ended.
    case deviceRevoked(UniqueID)
    /// The code does not fit: the manifest was altered, or the device has
    /// enrolled anew since.
    case codeWrong(UniqueID)
  }

  private let centre: Centre

  /// Imports into this centre.
  public init(into centre: Centre) {
    self.centre = centre
  }

  /// Verifies the bundle at a path, then takes it. May be repeated.
  ///
  /// - Parameter revoked: whether to take what a revoked device made.
  /// - Throws: `Fault` and `BundleFault`; nothing was taken then. Errors of store
  ///   and disk as they come: what was taken until then stays, and another run
  ///   takes the rest.
  public func run(_ path: String, revoked: Bool = false) throws -> Report {
    let file = try BundleFile(path)
    let reader = file.reader()
    let (manifest, bytes, code) = try reader.manifest()
    let device = try maker(of: manifest, bytes, code, revoked: revoked)
    for member in manifest.members { try reader.member(member) { _ in } }
    try reader.end()
    try file.rewind()
    return try take(manifest, file.reader(), from: device)
  }

  private func maker(
    of manifest: BundleManifest, _ bytes: [UInt8], _ code: [UInt8], revoked: Bool
  ) throws -> Device {
    guard let device = try centre.store.read({ try $0.device(manifest.device) }) else {
      throw Fault.deviceUnknown(manifest.device)
    }
    let wanted = BundleArchive.code(of: bytes, key: device.tokenHash)
    guard SHA256.hash(wanted).equalsInConstantTime(SHA256.hash(code)) else {
      throw Fault.codeWrong(device.id)
    }
    guard device.revokedAt == nil || revoked else { throw Fault.deviceRevoked(device.id) }
    return device
  }

  private func take(
    _ manifest: BundleManifest, _ reader: BundleReader, from device: Device
  ) throws -> Report {
    _ = try reader.manifest()
    var report = Report(device: device.id, made: manifest.made)
    for member in manifest.members {
      switch member.kind {
      case .segment: try take(segment: member, reader, from: device, into: &report)
      case .photo: try take(photo: member, reader, from: device, into: &report)
      }
    }
    return report
  }

  private func take(
    segment member: BundleManifest.Member, _ reader: BundleReader, from device: Device,
    into report: inout Report
  ) throws {
    var bytes: [UInt8] = []
    try reader.member(member) { bytes += $0 }
    let header = try Uploads.segment(bytes).header
    // What follows a gap or a fork in its lane meets the same.
    guard !report.left.contains(where: { $0.lane == header.lane }) else { return }
    let lane = LaneKey(device: device.id, incarnation: header.incarnation, lane: header.lane)
    let before = try centre.store.read { try $0.position(of: lane) }?.received ?? 0
    do {
      let upload = try centre.uploads.takeWhole(
        .segment(member.sha256), bytes, metadata: "", device: device)
      guard case .segment(_, _, _, _, let results, _) = upload.receipt else { return }
      report.segments += 1
      let new = results.filter { $0.seq > before }
      report.operations += new.count
      report.repeated += results.count - new.count
      report.refused += new.count { $0.result == .refused && $0.code != .duplicate }
    } catch UploadFault.segment(let fault) {
      report.left.append(Left(lane: header.lane, fault: fault))
    }
  }

  private func take(
    photo member: BundleManifest.Member, _ reader: BundleReader, from device: Device,
    into report: inout Report
  ) throws {
    let isThere = try centre.store.read { try $0.photoBytes(member.sha256) } != nil
    let upload = try centre.uploads.create(
      Uploads.Announcement(.photo(member.sha256), length: member.bytes, metadata: ""),
      device: device.id)
    let standing = try centre.uploads.offset(of: upload)
    guard upload.receipt == nil, standing < member.bytes else {
      _ = try centre.uploads.complete(upload, device: device)
      return try reader.member(member) { _ in }
    }
    let writer = try centre.uploads.open(upload, at: standing) {}
    var offset: Int64 = 0
    try reader.member(member) { piece in
      let known = min(max(standing - offset, 0), Int64(piece.count))
      offset += Int64(piece.count)
      try writer.write(UnsafeRawBufferPointer(rebasing: piece[Int(known)...]))
    }
    _ = try centre.uploads.finish(writer, device: device)
    if !isThere { report.photos += 1 }
  }
}
