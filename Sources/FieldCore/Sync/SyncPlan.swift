import Domain
import SyncProtocol

/// What a round would send, told without a connection.
public struct SyncPlan: Sendable, Hashable {
  /// Operations and their bytes, by lane.
  public var operations: [Lane: QueueSummary.Count]
  /// Photos and what of them is still to send, as far as is known here.
  public var photos: QueueSummary.Count
  /// Bytes in all.
  public var bytes: Int64
  /// Seconds it would take by the link's recent goodput; nil when none was
  /// measured.
  public var seconds: Double?
}

extension FieldStore {
  /// What waits to be sent and how long the link of late would take for it. An
  /// upload that was begun counts whole: only the centre knows how much of it
  /// arrived.
  public func syncPlan() throws(FieldError) -> SyncPlan {
    let summary = try queueSummary()
    let goodput = try device().goodput
    let bytes = summary.operations.values.reduce(summary.photos.bytes) { $0 + $1.bytes }
    return SyncPlan(
      operations: summary.operations, photos: summary.photos, bytes: bytes,
      seconds: goodput.flatMap { $0 > 0 ? Double(bytes) / $0 : nil })
  }
}
