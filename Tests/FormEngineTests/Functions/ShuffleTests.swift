import Testing

@testable import FormEngine

@Suite struct ShuffleTests {
  @Test("a seed gives the order JavaRosa gives", arguments: JavaRosaReplies.orders)
  func orders(seed: String, order: [Int]) {
    #expect(Shuffle.order(count: order.count, seed: Shuffle.seed(seed)) == order)
  }

  @Test("nothing and one thing need no order")
  func small() {
    #expect(Shuffle.order(count: 0, seed: 1) == [])
    #expect(Shuffle.order(count: 1, seed: 1) == [0])
  }

  @Test("the generator is the minimal standard one: 10,000 steps from 1 lead to 1043618065")
  func parkMiller() {
    var generator = ParkMiller(seed: 1)
    var last = 0.0
    for _ in 0..<10_000 { last = generator.next() }
    #expect(last == (1_043_618_065.0 - 1) / 2_147_483_646)
  }

  @Test("numbers as seeds", arguments: [(1.9, 1), (-1.9, -1), (.nan, 0), (1e30, Int64.max)])
  func numbers(number: Double, seed: Int64) {
    #expect(Shuffle.seed(number) == seed)
  }

  @Test("without a seed the order comes from the source given, every place once")
  func unseeded() {
    #expect(Shuffle.order(count: 4) { 0 } == [3, 0, 1, 2])
    #expect(Shuffle.order(count: 4) { 0.999 } == [0, 1, 2, 3])
    #expect(Shuffle.order(count: 4) { 1.5 } == [0, 1, 2, 3])
  }
}
