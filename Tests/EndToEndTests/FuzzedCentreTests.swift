import Support
import Testing

/// A short part of what `script/interop` runs at length.
@Suite(.serialized) struct FuzzedCentreTests {
  @Test("3,000 damaged requests: answered or closed, none with 500, and the centre stays whole")
  func short() throws {
    let ended = try Program("http-fuzz").run(["--seed", "20261128", "--inputs", "3000"])
    print(ended.output)
    #expect(ended.status == 0, "\(ended.output)\n\(ended.errors)")
    #expect(ended.output.contains("3000 inputs, 0 mistakes"))
  }
}
