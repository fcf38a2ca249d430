import Domain
import Glibc
import SyncProtocol

/// The central server without a socket: one directory, and everything that
/// works on it.
///
/// On the disk: `gridwalkd.db` (records, journals, devices, small photos),
/// `photos/` (verified, by SHA-256), `uploads/` (unfinished).
public struct Centre: Sendable {
  /// What the centre does not make itself; tests give their own.
  public struct Surroundings: Sendable {
    /// The clock, milliseconds since 1970 UTC.
    public var now: @Sendable () -> Int64
    /// A fresh random identifier.
    public var makeID: @Sendable () -> UniqueID
    /// What a device may use.
    public var quota: UploadQuota

    /// Surroundings as given.
    public init(
      now: @escaping @Sendable () -> Int64, makeID: @escaping @Sendable () -> UniqueID,
      quota: UploadQuota = UploadQuota()
    ) {
      self.now = now
      self.makeID = makeID
      self.quota = quota
    }

    /// The machine's clock and its source of randomness.
    public static let machine = Surroundings(
      now: {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
      },
      makeID: {
        var random = SystemRandomNumberGenerator()
        return UniqueID.v4(using: &random)
      })
  }

  /// Records, journals, devices.
  public let store: any CentralStore
  /// Photos that are files.
  public let blobs: any BlobStore
  /// All photos.
  public let photos: PhotoShelf
  /// What devices are sending.
  public let uploads: Uploads
  /// What devices are told.
  public let feed: Feed
  /// Who is a device.
  public let enrollment: Enrollment
  /// Which devices are to wipe themselves.
  public let wipes: Wipes
  /// Who may use the console.
  public let signIn: SignIn
  /// The clock, milliseconds since 1970 UTC.
  public let now: @Sendable () -> Int64

  /// Makes a centre for a city in a directory, which is made when it is not
  /// there.
  ///
  /// - Throws: `CentralStoreFault.exists` when a centre lives there already,
  ///   `.occupied` when something else does.
  public static func found(
    in directory: String, city: String, _ surroundings: Surroundings = .machine
  ) throws {
    try DurableFiles.makeDirectories(directory)
    let others = try DurableFiles.names(in: directory).filter {
      !$0.hasPrefix(databaseName) && !["photos", "uploads", "serve.lock"].contains($0)
    }
    guard others.isEmpty else { throw CentralStoreFault.occupied }
    try SQLiteCentralStore.create(
      at: databasePath(directory), .init(city: city, epoch: surroundings.makeID()))
  }

  /// Opens the centre in a directory.
  public init(in directory: String, _ surroundings: Surroundings = .machine) throws {
    let store = try SQLiteCentralStore(
      path: Self.databasePath(directory), newEpoch: surroundings.makeID,
      now: surroundings.now)
    let blobs = try DirectoryBlobStore(root: "\(directory)/photos")
    let now = surroundings.now
    let makeID = surroundings.makeID
    self.store = store
    self.blobs = blobs
    photos = PhotoShelf(store: store, files: blobs)
    self.now = now
    feed = Feed(now: now)
    enrollment = Enrollment(store: store, now: now, makeID: makeID)
    wipes = Wipes(store: store, now: now, makeID: makeID)
    signIn = SignIn(store: store, now: now)
    uploads = try Uploads(
      directory: "\(directory)/uploads", store: store, blobs: blobs,
      intake: Intake(now: now), quota: surroundings.quota, now: now, makeID: makeID)
  }

  private static let databaseName = "gridwalkd.db"
  static func databasePath(_ directory: String) -> String { "\(directory)/\(databaseName)" }
}
