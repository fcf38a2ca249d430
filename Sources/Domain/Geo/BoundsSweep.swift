/// Finds pairs of boxes that meet, by a line swept from west to east.
enum BoundsSweep {
  /// Calls `visit` with each pair of indices, the lower first.
  static func pairs<Failure: Error>(
    of boxes: [BoundingBox], visit: (Int, Int) throws(Failure) -> Void
  ) throws(Failure) {
    let order = boxes.indices.sorted { boxes[$0].west < boxes[$1].west }
    var active: [Int] = []
    for index in order {
      active.removeAll { boxes[$0].east < boxes[index].west }
      for other in active where boxes[other].intersects(boxes[index]) {
        try visit(min(index, other), max(index, other))
      }
      active.append(index)
    }
  }
}
