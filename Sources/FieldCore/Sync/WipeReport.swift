import SyncProtocol

extension FieldStore {
  /// What the device tells the centre of its backlog: how many operations and
  /// photos wait, and the age of the oldest operation by the device's clock.
  func backlog() throws(FieldError) -> (count: Int, oldestSeconds: Int64?) {
    let summary = try queueSummary()
    let count = summary.operations.values.reduce(summary.photos.items) { $0 + $1.items }
    // A clock that was set back makes nothing younger than new.
    let age = summary.oldestAt.map { max(0, environment.now() - $0) / 1000 }
    return (count, age)
  }

  /// Says to the centre that this store was wiped, when it was and the centre
  /// has not heard of it yet.
  ///
  /// - Parameter transport: leads to the centre that `wipeNote` names.
  public func reportWipe(through transport: any Transport) throws(SyncError) {
    let note = try local { () throws(FieldError) in try wipeNote() }
    guard let note, !note.isReported else { return }
    let link = CentreLink(transport, patience: .none) { _ in }
    try CentreClient(link: link, token: nil).wiped(note.order)
    try local { () throws(FieldError) in try noteWipeReported(note.order) }
  }
}
