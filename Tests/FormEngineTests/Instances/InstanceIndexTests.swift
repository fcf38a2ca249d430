import Testing

@testable import FormEngine

@Suite struct InstanceIndexTests {
  @Test("finds what a walk through the items finds", arguments: [1, 20, 3000])
  func sameAsScan(count: Int) throws {
    let seed = UInt64.random(in: 0..<1_000_000)
    var generator = SeededGenerator(state: seed)
    let tree = Self.tree(count: count, &generator)
    let index = InstanceIndex(tree)
    let item = try #require(tree.nameID("item"))
    for name in ["a", "b", "c"] {
      guard let child = tree.nameID(name) else { continue }
      for text in (0..<60).map({ "t\($0)" }) + ["", "村", "t1t"] {
        #expect(
          index.items(of: 0, named: item, where: child, is: text.utf8)
            == Self.scan(tree, item, child, text), "seed \(seed), \(name) = \(text)")
      }
    }
  }

  /// Items with children missing, twice and empty, and other elements between them.
  private static func tree(count: Int, _ generator: inout SeededGenerator) -> InstanceTree {
    var builder = InstanceTree.Builder()
    builder.begin(builder.name("root"))
    for _ in 0..<count {
      builder.begin(builder.name(Bool.random(using: &generator) ? "item" : "other"))
      for name in ["a", "b", "c"] {
        for _ in 0..<Int.random(in: 0...2, using: &generator) {
          let text = "t\(Int.random(in: 0..<50, using: &generator))"
          builder.leaf(
            builder.name(name), Bool.random(using: &generator) ? Array(text.utf8) : [])
        }
      }
      builder.end()
    }
    _ = builder.name("item")
    builder.end()
    return builder.tree
  }

  private static func scan(_ tree: InstanceTree, _ item: Int32, _ child: Int32, _ text: String)
    -> [Int]
  {
    tree.children(0).filter { place in
      tree.elements[place].name == item
        && tree.children(place).contains {
          tree.elements[$0].name == child && tree.text($0) == text
        }
    }
  }

  @Test("an inner list has an index of its own")
  func innerLists() throws {
    var builder = InstanceTree.Builder()
    builder.begin(builder.name("root"))
    let name = builder.name("name")
    for list in 0..<2 {
      builder.begin(builder.name("list"))
      for place in 0..<3 {
        builder.begin(builder.name("item"))
        builder.leaf(name, "\(list)\(place)".utf8)
        builder.end()
      }
      builder.end()
    }
    builder.end()
    let index = InstanceIndex(builder.tree)
    let item = builder.name("item")
    let lists = builder.tree.children(0)
    #expect(index.items(of: lists[0], named: item, where: name, is: "11".utf8) == [])
    #expect(index.items(of: lists[1], named: item, where: name, is: "11".utf8).count == 1)
  }
}
