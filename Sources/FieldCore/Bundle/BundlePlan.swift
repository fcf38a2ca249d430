import Database
import Domain
import SyncProtocol

/// What a bundle will hold (PROTOCOL.md §12). The same journal and the same
/// receipts always plan the same bytes.
public struct BundlePlan: Sendable {
  /// What the bundle says of itself.
  public let manifest: BundleManifest
  /// How many operations it holds.
  public let operations: Int
  /// The manifest's members again, as the store finds them.
  let sources: [Source]
  /// The SHA-256 of the secret in the device's token.
  let key: Digest

  enum Source: Sendable {
    case segment(Lane, first: Int64, last: Int64)
    case photo(Digest)
  }

  /// How many photos it holds.
  public var photos: Int { manifest.members.count { $0.kind == .photo } }
}

extension FieldStore {
  /// Plans a bundle of what the device holds no receipt for; nil when there is
  /// nothing of that.
  ///
  /// - Parameter all: everything that is still here instead.
  /// - Throws: `.notEnrolled` without a device and its token, since nobody could
  ///   tell whose the bundle is.
  public func planBundle(all: Bool = false) throws(FieldError) -> BundlePlan? {
    try snapshot {
      let state = try device()
      guard let device = state.device, let token = state.token else {
        throw FieldError.notEnrolled
      }
      var members: [BundleManifest.Member] = []
      var sources: [BundlePlan.Source] = []
      var operations: Int64 = 0
      for lane in [Lane.urgent, .normal] {
        var first = all ? try firstKept(lane) : try receivedThrough(lane) + 1
        while true {
          let last = try lastFitting(lane, from: first, bytes: Limits.segmentBytes)
          guard last >= first else { break }
          members.append(try segmentMember(lane, first: first, last: last))
          sources.append(.segment(lane, first: first, last: last))
          operations += last - first + 1
          first = last + 1
        }
      }
      for photo in try photosToBundle(all: all) {
        members.append(BundleManifest.Member(photo: photo.sha256, bytes: photo.bytes))
        sources.append(.photo(photo.sha256))
      }
      guard !members.isEmpty else { return nil }
      let manifest = BundleManifest(
        device: device, incarnation: state.incarnation, epoch: state.epoch,
        worker: state.worker?.id, made: try newestMoment(), members: members)
      return BundlePlan(
        manifest: manifest, operations: Int(operations), sources: sources,
        key: Self.bundleKey(token))
    }
  }

  /// What the centre keeps of a token `DEVICE.SECRET`: the SHA-256 of the secret.
  private static func bundleKey(_ token: String) -> Digest {
    let secret = token.split(separator: ".", maxSplits: 1).last ?? ""
    return SHA256.hash(Array(secret.utf8))
  }

  private func segmentMember(
    _ lane: Lane, first: Int64, last: Int64
  ) throws -> BundleManifest.Member {
    let bytes = try segmentBytes(lane, first: first, last: last)
    let header = try Segment(bytes: bytes).header
    return BundleManifest.Member(
      segment: header, bytes: Int64(bytes.count), sha256: SHA256.hash(bytes))
  }

  /// The first place of a lane whose line is still here.
  private func firstKept(_ lane: Lane) throws -> Int64 {
    try connection.row(
      """
      SELECT coalesce(min(seq), 1) FROM journal WHERE lane = \(lane.rawValue)
        AND incarnation = (SELECT max(number) FROM incarnation)
      """
    ) { try $0.integer(0) } ?? 1
  }

  /// Photos that an operation names and whose file is here, smallest first.
  private func photosToBundle(all: Bool) throws -> [StoredPhoto] {
    let photos = try connection.rows(
      """
      SELECT \(StoredPhoto.columns) FROM photo
      WHERE (received_at IS NULL OR \(all ? 1 : 0) = 1)
        AND EXISTS (SELECT 1 FROM record_photo WHERE record_photo.sha256 = photo.sha256)
      ORDER BY bytes, sha256
      """, StoredPhoto.init)
    return try photos.filter { try self.photos.size(of: $0.sha256).map(Int64.init) == $0.bytes }
  }

  private func newestMoment() throws -> Int64 {
    try connection.row("SELECT at FROM journal ORDER BY ordinal DESC LIMIT 1") {
      try $0.integer(0)
    } ?? 0
  }
}
