import FieldCore
import Foundation
import SyncProtocol
import Testing

@Suite("Photos kept by their SHA-256")
struct BlobDirectoryTests {
  private let photo = Array("a photo".utf8)
  // printf 'a photo' | sha256sum
  private let name = "d4e24d749a4fe2f161af2de913c0402b04e3ae287dafd0f9dbfa4a5c56c69285"

  @Test("bytes get their name, mode 0600, and come back")
  func keeps() throws {
    try Place.withTemporaryDirectory { directory in
      let blobs = try BlobDirectory(root: directory + "/blobs")
      let digest = try blobs.place(photo)
      #expect(digest.hex == name)
      let path = directory + "/blobs/" + name.prefix(2) + "/" + name
      #expect(blobs.path(of: digest) == path)
      #expect(try Data(contentsOf: URL(filePath: path)) == Data(photo))
      var found = stat()
      #expect(stat(path, &found) == 0)
      #expect(found.st_mode & 0o777 == 0o600)
      #expect(try blobs.exists(digest))
      #expect(try blobs.size(of: digest) == photo.count)
      #expect(try blobs.read(digest) == photo)
      #expect(try blobs.read(digest, limit: photo.count - 1) == nil)
      let left = try FileManager.default.contentsOfDirectory(atPath: directory + "/blobs/incoming")
      #expect(left == [])
    }
  }

  @Test("placing twice keeps one, removing says whether it was there")
  func twice() throws {
    try Place.withTemporaryDirectory { directory in
      let blobs = try BlobDirectory(root: directory)
      let digest = try blobs.place(photo)
      #expect(try blobs.place(photo) == digest)
      #expect(try blobs.remove(digest))
      #expect(try !blobs.remove(digest))
      #expect(try !blobs.exists(digest))
      #expect(try blobs.size(of: digest) == nil)
      #expect(throws: FileFault.notFound) { try blobs.open(digest) }
    }
  }

  @Test("a large blob goes through in pieces")
  func large() throws {
    try Place.withTemporaryDirectory { directory in
      let bytes = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let blobs = try BlobDirectory(root: directory)
      #expect(try blobs.read(blobs.place(bytes)) == bytes)
    }
  }

  @Test("a blob of the wrong size or bytes, left by a broken disk, is written anew")
  func damaged() throws {
    try Place.withTemporaryDirectory { directory in
      let blobs = try BlobDirectory(root: directory)
      let digest = try blobs.place(photo)
      let path = blobs.path(of: digest)
      #expect(truncate(path, 2) == 0)
      #expect(try blobs.place(photo) == digest)
      #expect(try blobs.read(digest) == photo)
      try Data("b photo".utf8).write(to: URL(filePath: path))
      #expect(try blobs.place(photo) == digest)
      #expect(try blobs.read(digest) == photo)
    }
  }

  @Test("only old left-overs are cleared away")
  func abandoned() throws {
    try Place.withTemporaryDirectory { directory in
      let blobs = try BlobDirectory(root: directory)
      let path = directory + "/incoming/1f"
      #expect(FileManager.default.createFile(atPath: path, contents: Data([1])))
      var found = stat()
      #expect(stat(path, &found) == 0)
      let changed = Int64(found.st_mtim.tv_sec)
      #expect(try blobs.removeAbandoned(before: changed) == 0)
      #expect(try blobs.removeAbandoned(before: changed + 1) == 1)
      #expect(!FileManager.default.fileExists(atPath: path))
    }
  }

  @Test("a disk that takes few bytes at a time still gets all, one that takes none is a fault")
  func shortWrites() throws {
    let disk = MemoryFileSystem()
    let blobs = try BlobDirectory(root: "/b", files: disk)
    disk.take(bytesPerWrite: 2)
    #expect(try blobs.read(blobs.place(photo)) == photo)
    disk.take(bytesPerWrite: 0)
    #expect(throws: FileFault.inputOutput) { try blobs.place([1]) }
  }

  @Test("a full disk says so, leaves nothing and no open file, and a later try succeeds")
  func full() throws {
    let disk = MemoryFileSystem()
    let blobs = try BlobDirectory(root: "/b", files: disk)
    disk.fail(operation: nil)
    _ = try blobs.place([0])
    let operations = disk.operations
    for fault in [FileFault.noSpace, .inputOutput] {
      for operation in 0..<operations {
        let before = disk.paths
        disk.fail(operation: operation, with: fault)
        let bytes: [UInt8] = [1, UInt8(operation)]
        let digest = SHA256.hash(bytes)
        #expect(throws: fault, "operation \(operation)") { try blobs.place(bytes) }
        disk.fail(operation: nil)
        #expect(disk.openFiles == 0)
        let added = disk.paths.subtracting(before)
        #expect(added.isEmpty || added == [blobs.path(of: digest)], "operation \(operation)")
        #expect(try blobs.place(bytes) == digest)
        #expect(try blobs.read(digest) == bytes)
        #expect(try blobs.remove(digest))
      }
    }
    #expect(FileFault.noSpace.isRetryable)
    #expect(!FileFault.notPermitted.isRetryable)
  }

  @Test("power lost at any operation leaves the blob absent or whole; after the return, whole")
  func powerLoss() throws {
    let digest = SHA256.hash(photo)
    var operation = 0
    var isPlaced = false
    while !isPlaced {
      let disk = MemoryFileSystem()
      let blobs = try BlobDirectory(root: "/b", files: disk)
      try disk.synchronizeDirectory("")
      disk.fail(operation: operation, with: .other(errno: 0))
      do {
        _ = try blobs.place(photo)
        isPlaced = true
      } catch {
        #expect(error == .other(errno: 0))
      }
      let after = disk.afterPowerLoss()
      let found = try BlobDirectory(root: "/b", files: after)
      let bytes = try found.exists(digest) ? found.read(digest) : nil
      #expect(bytes == photo || (bytes == nil && !isPlaced), "operation \(operation)")
      #expect(try found.place(photo) == digest)
      operation += 1
    }
    // create, write, fsync, rename and two directories at the least.
    #expect(operation > 6)
  }
}
