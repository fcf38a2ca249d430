import Domain

/// The hash chain of one lane (PROTOCOL.md §3): each entry's hash covers its
/// predecessor's, so no line can be altered, dropped or moved unseen.
public enum JournalChain {
  /// hash(0): what the first entry of a lane follows.
  public static func genesis(incarnation: UniqueID, lane: Lane) -> Digest {
    SHA256.hash(Array("gridwalk-journal/1 \(incarnation.text) \(lane.rawValue)".utf8))
  }

  /// The hash of a line (its bytes without newline) that follows `previous`.
  public static func hash(_ line: some Collection<UInt8>, after previous: Digest) -> Digest {
    var digest = SHA256()
    digest.update(previous.bytes)
    digest.update(Array(line))
    return digest.finalize()
  }
}
