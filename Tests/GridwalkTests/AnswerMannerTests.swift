import FormEngine
import Testing

@testable import gridwalk

@Suite("How questions are answered")
struct AnswerMannerTests {
  @Test("every type a person meets has its way, also those still to come")
  func table() {
    for type in QuestionType.allCases where type.isVisible {
      #expect(AnswerManner.byType[type.rawValue] != nil, "\(type.rawValue)")
    }
    for name in ["range", "rank", "geotrace", "geoshape", "audio", "video", "file"] {
      #expect(AnswerManner.byType[name] != nil, "\(name)")
    }
  }

  @Test("a range takes what lies on a step between its bounds")
  func range() {
    let whole = AnswerRange(["start": "0", "end": "10", "step": "2"])
    for text in ["0", "4", "10", "4.0"] { #expect(whole.holds(text), "\(text)") }
    for text in ["-2", "3", "12", "x", "", "nan", "inf"] { #expect(!whole.holds(text), "\(text)") }
    let tenths = AnswerRange(["start": "0", "end": "1", "step": "0.1"])
    for text in ["0.3", "0.7", "1"] { #expect(tenths.holds(text), "\(text)") }
    #expect(!tenths.holds("0.35"))
    // Without parameters 1 to 10 by 1, and a range may count down.
    #expect(AnswerRange([:]).holds("10") && !AnswerRange([:]).holds("0"))
    #expect(AnswerRange(["start": "5", "end": "-5", "step": "5"]).holds("0"))
  }

  @Test("a line of positions is parted by semicolons and a shape closes itself")
  func paths() {
    let three = "22.54,114.05; 22.55,114.05,8；22.55,114.06"
    let trace = PositionText.path(three, least: 2, isClosed: false)
    #expect(
      trace?.split(separator: ";").map { $0.prefix(12) } == [
        "22.54 114.05", "22.55 114.05", "22.55 114.06",
      ])
    let shape = PositionText.path(three, least: 3, isClosed: true)
    let points = shape?.split(separator: ";") ?? []
    #expect(points.count == 4 && points.first == points.last)
    // What is kept is read again, and a shape that was closed by hand has no point twice.
    #expect(PositionText.path(shape ?? "", least: 3, isClosed: true) == shape)
    #expect(PositionText.path("22.54,114.05", least: 2, isClosed: false) == nil)
    #expect(PositionText.path("22.54,114.05; x", least: 2, isClosed: false) == nil)
    #expect(PositionText.path("122.54,114.05; 1,1", least: 2, isClosed: false) == nil)
  }

  @Test("a dropped file brings quotes and blanks along")
  func dropped() {
    #expect(PathText.typed(" '/tmp/a b.jpg' ") == "/tmp/a b.jpg")
    #expect(PathText.typed("/tmp/it's.jpg") == "/tmp/it's.jpg")
    #expect(PathText.typed("'") == "'")
  }

  @Test("at a repeat's prompt numbers mean instances, where there are any")
  func repeats() {
    #expect(RepeatAnswer("y", count: 2) == .add)
    #expect(RepeatAnswer("是", count: 0) == .add)
    #expect(RepeatAnswer("1", count: 0) == .add)
    #expect(RepeatAnswer("0", count: 2) == .goOn)
    #expect(RepeatAnswer("２", count: 2) == .edit(2))
    #expect(RepeatAnswer("-2", count: 2) == .delete(2))
    #expect(RepeatAnswer("删 1", count: 2) == .delete(1))
    for text in ["3", "-3", "d9", "x"] { #expect(RepeatAnswer(text, count: 2) == nil, "\(text)") }
  }
}
