/// Finds what a person probably meant.
package enum Suggestion {
  /// Words longer than this are not compared; the work grows with the square of the length.
  static let longestWord = 64

  /// The candidate nearest to a word, the first of equals; nil where nothing is near.
  ///
  /// Near is within a third of the longer word's length and at least one edit,
  /// but never as far as replacing all of it.
  static func nearest(to word: String, among candidates: [String]) -> String? {
    guard word.count <= longestWord else { return nil }
    var best: (candidate: String, distance: Int)?
    for candidate in candidates where candidate.count > 1 {
      let distance = distance(word, candidate)
      let length = max(word.count, candidate.count)
      guard distance < length, distance <= max(1, length / 3) else { continue }
      if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
    }
    return best?.candidate
  }

  /// The optimal string alignment distance: insertions, deletions, substitutions and
  /// transpositions of neighbours, each counted once.
  package static func distance(_ left: String, _ right: String) -> Int {
    let a = Array(left)
    let b = Array(right)
    var twoBack = [Int](repeating: 0, count: b.count + 1)
    var oneBack = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1] + [Int](repeating: 0, count: b.count)
      for j in b.indices {
        row[j + 1] = min(
          oneBack[j + 1] + 1, row[j] + 1, oneBack[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          row[j + 1] = min(row[j + 1], twoBack[j - 1] + 1)
        }
      }
      twoBack = oneBack
      oneBack = row
    }
    return oneBack[b.count]
  }
}
