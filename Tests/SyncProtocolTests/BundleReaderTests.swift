import Domain
import Foundation
import Testing

@testable import SyncProtocol

/// Bundles byte by byte, without a device or a centre.
@Suite struct BundleReaderTests {
  private static let photo: [UInt8] = (0..<700).map { UInt8(truncatingIfNeeded: $0 &* 31) }
  private static let key = SHA256.hash(Array("token".utf8))

  private func manifest() throws -> BundleManifest {
    BundleManifest(
      device: try #require(UniqueID("0199a1b2-0000-7000-8000-000000000001")),
      incarnation: try #require(UniqueID("0199a1b2-0000-7000-8000-000000000002")),
      epoch: nil, worker: "W001", made: 1_790_000_000_000,
      members: [.init(photo: SHA256.hash(Self.photo), bytes: Int64(Self.photo.count))])
  }

  private func bundle(_ manifest: [UInt8], _ member: BundleManifest.Member) -> [UInt8] {
    var bytes: [UInt8] = []
    let files = [
      (BundleArchive.manifestName, manifest),
      (BundleArchive.codeName, BundleArchive.code(of: manifest, key: Self.key)),
      (member.name, Self.photo),
    ]
    for (name, content) in files {
      bytes += BundleArchive.header(name, bytes: Int64(content.count)) + content
      bytes += BundleArchive.padding(after: Int64(content.count))
    }
    return bytes + BundleArchive.ending
  }

  private func whole() throws -> [UInt8] {
    let manifest = try manifest()
    return bundle(try manifest.bytes(), manifest.members[0])
  }

  /// Reads a bundle handed out a few bytes at a time, as a reader of it would.
  private func read(_ bytes: [UInt8]) throws -> [UInt8] {
    var rest = bytes[...]
    let reader = BundleReader { buffer in
      let count = min(buffer.count, rest.count, 100)
      buffer.copyBytes(from: rest.prefix(count))
      rest = rest.dropFirst(count)
      return count
    }
    let (manifest, signed, code) = try reader.manifest()
    guard code == BundleArchive.code(of: signed, key: Self.key) else {
      throw BundleFault.altered(BundleArchive.codeName)
    }
    var content: [UInt8] = []
    for member in manifest.members { try reader.member(member) { content += $0 } }
    try reader.end()
    return content
  }

  @Test("a bundle gives back what was put in")
  func roundTrip() throws {
    #expect(try read(whole()) == Self.photo)
  }

  private struct Vector: Decodable {
    var token: String
    var bundle: Data
  }

  @Test("the bundle of the vectors is read, and written byte for byte")
  func vector() throws {
    let vector = try Vectors.load(Vector.self, "bundles.json")
    var rest = [UInt8](vector.bundle)[...]
    let reader = BundleReader { buffer in
      let count = min(buffer.count, rest.count)
      buffer.copyBytes(from: rest.prefix(count))
      rest = rest.dropFirst(count)
      return count
    }
    let secret = try #require(vector.token.split(separator: ".").last)
    let key = SHA256.hash(Array(secret.utf8))
    let (manifest, signed, code) = try reader.manifest()
    #expect(code == BundleArchive.code(of: signed, key: key))
    #expect(try manifest.bytes() == signed)
    var written: [UInt8] = []
    func write(_ name: String, _ content: [UInt8]) {
      written += BundleArchive.header(name, bytes: Int64(content.count)) + content
      written += BundleArchive.padding(after: Int64(content.count))
    }
    write(BundleArchive.manifestName, signed)
    write(BundleArchive.codeName, code)
    for member in manifest.members {
      var content: [UInt8] = []
      try reader.member(member) { content += $0 }
      write(member.name, content)
      guard member.kind == .segment else { continue }
      let header = try Segment(bytes: content).header
      #expect(
        BundleManifest.Member(segment: header, bytes: member.bytes, sha256: member.sha256)
          == member)
    }
    try reader.end()
    #expect(written + BundleArchive.ending == [UInt8](vector.bundle))
  }

  @Test("no bit of a bundle can be another one")
  func everyBit() throws {
    let bytes = try whole()
    for index in bytes.indices {
      var altered = bytes
      altered[index] ^= 1 << UInt8(index % 8)
      #expect(throws: BundleFault.self, "byte \(index)") { try read(altered) }
    }
  }

  @Test("a bundle that ends early is told from an altered one")
  func everyLength() throws {
    let bytes = try whole()
    for length in 1..<bytes.count {
      #expect(throws: BundleFault.truncated, "\(length) bytes") {
        try read(Array(bytes.prefix(length)))
      }
    }
    #expect(throws: BundleFault.foreign) { try read([]) }
    #expect(throws: BundleFault.altered("end")) { try read(bytes + [0]) }
  }

  @Test("names and sizes that a bundle does not have are refused, well signed or not")
  func hostileNames() throws {
    let plain = String(decoding: try manifest().bytes(), as: UTF8.self)
    let name = try manifest().members[0].name
    for hostile in [
      plain.replacingOccurrences(of: name, with: "photos/../../../etc/passwd"),
      plain.replacingOccurrences(of: name, with: "/etc/passwd"),
      plain.replacingOccurrences(of: "\"photo\"", with: "\"segment\""),
      plain.replacingOccurrences(of: "\"bytes\":700", with: "\"bytes\":-1"),
      plain.replacingOccurrences(of: "\"bytes\":700", with: "\"bytes\":67108865"),
      plain.replacingOccurrences(of: "bundle/1", with: "bundle/2"), "{}", "",
    ] {
      #expect(hostile != plain)
      #expect(throws: BundleFault.altered(BundleArchive.manifestName)) {
        try BundleManifest(bytes: Array(hostile.utf8))
      }
    }
    let twice = plain.replacingOccurrences(
      of: "\"members\":[", with: "\"members\":[" + member(in: plain) + ",")
    #expect(throws: BundleFault.altered(BundleArchive.manifestName)) {
      try BundleManifest(bytes: Array(twice.utf8))
    }
  }

  private func member(in manifest: String) -> String {
    let start = manifest.range(of: "\"members\":[")?.upperBound ?? manifest.startIndex
    let end = manifest.range(of: "]", range: start..<manifest.endIndex)?.lowerBound
    return String(manifest[start..<(end ?? manifest.endIndex)])
  }

  @Test("tar's other ways to write a header are refused")
  func otherHeaders() throws {
    let bytes = try whole()
    let size = 124
    for (offset, other): (Int, [UInt8]) in [
      (size, [0x80, 0, 0, 0, 0, 0, 0, 0]), (size, Array("99999999999".utf8)),
      (size, Array("77777777777".utf8)), (size, Array("         ".utf8)), (156, [0x32]),
      (156, [0x35]), (157, Array("/etc/passwd".utf8)), (345, Array("..".utf8)),
    ] {
      var hostile = bytes
      hostile.replaceSubrange(offset..<(offset + other.count), with: other)
      #expect(throws: BundleFault.self) { try read(hostile) }
    }
  }
}
