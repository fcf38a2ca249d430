import Database

extension FieldStore {
  /// Lets go of the grids that are not in the scope any more when the change feed
  /// is about to be read from its beginning: that tells only what enters, so no
  /// `leave` would ever come for them. The copies go when the feed has been read
  /// and nothing of the device's own waits there.
  ///
  /// With a cursor nothing is done: a grid that left and came back meanwhile
  /// would not enter again.
  func leaveGrids(besides scope: [String]) throws {
    guard try device().cursor == nil else { return }
    let known = try connection.rows("SELECT id FROM grid") { try $0.text(0) }
    for grid in known where !scope.contains(grid) {
      try connection.run("UPDATE grid SET leaving = 1 WHERE id = \(grid)")
      try connection.run("UPDATE record SET leaving = 1 WHERE grid = \(grid)")
    }
  }
}
