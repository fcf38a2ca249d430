import Domain

/// What a bundle says of itself (PROTOCOL.md §12).
public struct BundleManifest: Sendable, Hashable, Codable {
  /// What a member is.
  public enum Kind: String, Sendable, Codable {
    /// A run of journal entries.
    case segment
    /// A JPEG.
    case photo
  }

  /// One file in the archive.
  public struct Member: Sendable, Hashable, Codable {
    /// Its name there.
    public var name: String
    /// What it is.
    public var kind: Kind
    /// How many bytes it has.
    public var bytes: Int64
    /// Their digest.
    public var sha256: Digest

    /// A sealed segment.
    public init(segment header: Segment.Header, bytes: Int64, sha256: Digest) {
      self.init(
        name: "segments/\(header.lane.rawValue)-\(header.first)-\(header.last).jsonl",
        kind: .segment, bytes: bytes, sha256: sha256)
    }

    /// A photo.
    public init(photo sha256: Digest, bytes: Int64) {
      self.init(
        name: "photos/\(sha256.hex).jpg", kind: .photo, bytes: bytes, sha256: sha256)
    }

    private init(name: String, kind: Kind, bytes: Int64, sha256: Digest) {
      self.name = name
      self.kind = kind
      self.bytes = bytes
      self.sha256 = sha256
    }

    /// Whether name and size are those of its kind.
    var isWellFormed: Bool {
      switch kind {
      case .segment:
        let known = "abcdefghijklmnopqrstuvwxyz0123456789-"
        let stem = name.dropFirst("segments/".count).dropLast(".jsonl".count)
        return name.hasPrefix("segments/") && name.hasSuffix(".jsonl") && !stem.isEmpty
          && stem.utf8.count <= 60 && stem.allSatisfy(known.contains)
          && (1...Int64(Limits.segmentBytes)).contains(bytes)
      case .photo:
        return name == "photos/\(sha256.hex).jpg" && (0...Limits.photoBytes).contains(bytes)
      }
    }
  }

  static let format = "bundle/1"

  /// Names the format: `bundle/1`.
  public var gridwalk = format
  /// The device that made it.
  public var device: UniqueID
  /// The life of that device's journal.
  public var incarnation: UniqueID
  /// The centre's history that the device knew.
  public var epoch: UniqueID?
  /// The number of the worker who carries the device.
  public var worker: String?
  /// When the newest operation in it was made, milliseconds since 1970 UTC by
  /// the device's clock.
  public var made: Int64
  /// The files, in the order of the archive.
  public var members: [Member]

  /// A manifest as given.
  public init(
    device: UniqueID, incarnation: UniqueID, epoch: UniqueID?, worker: String?, made: Int64,
    members: [Member]
  ) {
    self.device = device
    self.incarnation = incarnation
    self.epoch = epoch
    self.worker = worker
    self.made = made
    self.members = members
  }

  /// Reads a manifest and what it promises of its members.
  ///
  /// - Throws: `BundleFault.altered` when these bytes are no manifest.
  public init(bytes: [UInt8]) throws(BundleFault) {
    let found: BundleManifest
    do { found = try WireJSON.decode(BundleManifest.self, from: bytes) } catch {
      throw .altered(BundleArchive.manifestName)
    }
    guard found.gridwalk == Self.format, found.members.count <= Limits.bundleMembers,
      found.members.allSatisfy(\.isWellFormed),
      Set(found.members.map(\.name)).count == found.members.count
    else { throw .altered(BundleArchive.manifestName) }
    self = found
  }

  /// The bytes that travel and that the code is of.
  ///
  /// - Throws: `BundleFault.tooLarge` above the limits.
  public func bytes() throws -> [UInt8] {
    let bytes = try WireJSON.encode(self)
    guard bytes.count <= Limits.bundleManifestBytes, members.count <= Limits.bundleMembers else {
      throw BundleFault.tooLarge
    }
    return bytes
  }
}

/// Why a file is not taken as a bundle.
public enum BundleFault: Error, Sendable, Hashable {
  /// It is no bundle at all.
  case foreign
  /// It ends before its end: the copy is not complete.
  case truncated
  /// It is not what the device wrote; the value is the member.
  case altered(String)
  /// More than the limits.
  case tooLarge
}
