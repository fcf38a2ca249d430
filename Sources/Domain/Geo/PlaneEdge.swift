/// A straight piece from one point to another.
struct PlaneEdge {
  let from: PlanePoint
  let to: PlanePoint

  init(_ from: PlanePoint, _ to: PlanePoint) {
    self.from = from
    self.to = to
  }

  var lowY: Double { min(from.y, to.y) }
  var highY: Double { max(from.y, to.y) }
  var lowX: Double { min(from.x, to.x) }
  var highX: Double { max(from.x, to.x) }

  /// The abscissa at this ordinate.
  ///
  /// Horizontal edges are never asked.
  func x(atY y: Double) -> Double {
    from.x + (y - from.y) / (to.y - from.y) * (to.x - from.x)
  }

  /// The point of the edge nearest to another, as the share of the way along
  /// it, with the squared distance.
  func nearest(to point: PlanePoint) -> (share: Double, squaredDistance: Double) {
    let (dx, dy) = (to.x - from.x, to.y - from.y)
    let length = dx * dx + dy * dy
    let raw = length > 0 ? ((point.x - from.x) * dx + (point.y - from.y) * dy) / length : 0
    let share = min(1, max(0, raw))
    let foot = PlanePoint(x: from.x + share * dx, y: from.y + share * dy)
    return (share, foot.squaredDistance(to: point))
  }

  /// A point that both edges share, or nil.
  ///
  /// Of edges that run along each other it is an end of one that lies on the
  /// other.
  func meeting(_ other: PlaneEdge) -> PlanePoint? {
    guard
      lowX <= other.highX, other.lowX <= highX, lowY <= other.highY, other.lowY <= highY
    else { return nil }
    let start = Self.turn(from, to, other.from)
    let end = Self.turn(from, to, other.to)
    let otherStart = Self.turn(other.from, other.to, from)
    let otherEnd = Self.turn(other.from, other.to, to)
    if start == 0, spans(other.from) { return other.from }
    if end == 0, spans(other.to) { return other.to }
    if otherStart == 0, other.spans(from) { return from }
    if otherEnd == 0, other.spans(to) { return to }
    guard (start > 0) != (end > 0), (otherStart > 0) != (otherEnd > 0) else { return nil }
    let share = start / (start - end)
    return PlanePoint(
      x: other.from.x + share * (other.to.x - other.from.x),
      y: other.from.y + share * (other.to.y - other.from.y))
  }

  /// Whether a point on the line through the edge lies within its box.
  private func spans(_ point: PlanePoint) -> Bool {
    lowX <= point.x && point.x <= highX && lowY <= point.y && point.y <= highY
  }

  /// Twice the area of the triangle, positive when it turns left.
  static func turn(_ a: PlanePoint, _ b: PlanePoint, _ c: PlanePoint) -> Double {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
  }
}
