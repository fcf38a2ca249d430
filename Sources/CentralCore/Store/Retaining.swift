import Domain

/// Dropping what the centre need not keep (PROTOCOL.md §11). Each call drops at
/// most so many, so that devices never wait long behind it, and returns how many.
public protocol RetentionWriting {
  /// Complete uploads made before this moment; what they brought stays.
  func dropCompleteUploads(before moment: Int64, limit: Int) throws -> Int
  /// A device's receipts in the feed whose operations came before this moment;
  /// the results themselves stay.
  func dropReceipts(of device: UniqueID, before moment: Int64, limit: Int) throws -> Int
  /// Enrolment codes that ended before this moment.
  func dropCodes(endedBefore moment: Int64, limit: Int) throws -> Int
  /// Console sessions that ended before this moment.
  func dropSessions(endedBefore moment: Int64, limit: Int) throws -> Int
}
